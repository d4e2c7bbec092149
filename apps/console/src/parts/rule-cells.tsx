import { day } from '../format.ts';
import { useWords } from '../i18n/index.tsx';
import type { Column } from './DataTable.tsx';

/** What every rule of a county has: a place in the order, a name, whom it is for, the paper it rests on, and its days. */
interface RuleRow {
  position: number;
  name: string;
  basis: string;
  orgName: string | null;
  productName: string | null;
  category: string | null;
  validFrom: string;
  validUntil: string | null;
  endsAt?: string | Date | null;
}

/** The first columns of a list of rules: where it stands, what it is called and rests on, what it is for and how long. */
export function useRuleColumns<R extends RuleRow>(): Column<R>[] {
  const { t } = useWords();
  return [
    { key: 'position', title: t('rules.position'), width: 64, render: (r) => r.position, card: 'none' },
    {
      key: 'name',
      title: t('rules.name'),
      card: 'title',
      render: (r) => (
        <>
          <b>{r.name}</b>
          <small className="mute rule-basis">{r.basis}</small>
        </>
      ),
    },
    {
      key: 'scope',
      title: t('rules.scope'),
      card: 'wide',
      width: 170,
      render: (r) => (
        <>
          {[r.orgName, r.productName, r.category].filter(Boolean).join(' · ') || t('rules.everything')}
          <small className="mute num rule-basis">
            {r.validUntil ? `${r.validFrom} – ${r.validUntil}` : t('rules.from', { day: r.validFrom })}
            {r.endsAt ? <> · {t('rules.endsOn', { day: day(r.endsAt) })}</> : null}
          </small>
        </>
      ),
    },
  ];
}
