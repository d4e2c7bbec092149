import {
  floorBearerWords,
  helpGivenWords,
  payUnitWords,
  shareClassWords,
  stakeWords,
  type Terms,
} from '#benefit/contract';
import { weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCrops } from '../../parts/crops.ts';

/** Basis points as per cent: 1250 → "12.5". */
const percent = (bp: number): string => String(bp / 100);

/** What is agreed in one sentence, by kind. */
export function useTermsWords(): (terms: Terms) => string {
  const { t, say, locale } = useWords();
  const crops = useCrops();
  return (terms) => {
    switch (terms.kind) {
      case 'shop': {
        const share =
          terms.per === 'margin'
            ? t('agr.s.margin', { percent: percent(terms.bp) })
            : t('agr.s.unit', { yuan: yuan(terms.fen) });
        const what =
          terms.products.length === 0
            ? t('agr.t.allProducts')
            : t('agr.t.productsOf', { n: String(terms.products.length) });
        return `${share} · ${what}`;
      }
      case 'industry':
        return t('agr.s.industry', {
          crop: crops.name(terms.crop),
          grade: terms.grade,
          yuan: yuan(terms.floorFenPerKg),
          weight: weight(terms.grams, locale),
          bearer: say(floorBearerWords[terms.bearer]),
        });
      case 'startup':
        return t('agr.s.startup', {
          help: terms.help.map((one) => say(helpGivenWords[one])).join(locale === 'zh' ? '、' : ', '),
          yuan: yuan(terms.worthFen),
        });
      case 'employment':
        return t('agr.s.employment', {
          job: terms.job,
          per: say(payUnitWords[terms.per]),
          yuan: yuan(terms.fenPerUnit),
        });
      case 'shareholding':
        return t('agr.s.shareholding', {
          stake: say(stakeWords[terms.stake]),
          yuan: yuan(terms.stakeFen),
          shares: String(terms.shares),
          class: say(shareClassWords[terms.class]).toLowerCase(),
          percent: percent(terms.floorBp),
        });
      case 'crowdfunding':
        return t('agr.s.crowdfunding', { percent: percent(terms.bp), day: terms.deliverBy });
    }
  };
}
