import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { registry } from '#registry/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

/** Whether buyers may read the first name of the household's head, since when, and who wrote it down. */
export function NameConsentPart({ id }: { id: string }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const query = useQuery(ask('registry', 'nameConsent', { params: { county, id } }));
  const act = useAct(api.registry.sayConsent);
  return (
    <Part title={t('consent.title')} question={t('consent.words')}>
      <Answer query={query} rows={2}>
        {({ given, history }) => (
          <>
            <p>
              <StatusTag tone={given ? 'good' : 'quiet'}>{t(given ? 'consent.given' : 'consent.notGiven')}</StatusTag>
            </p>
            <ul className="plain-list">
              {history.map((one) => (
                <li key={String(one.at)} className="mute">
                  <span className="num">{dayTime(one.at)}</span> {t(one.given ? 'consent.give' : 'consent.takeBack')} ·{' '}
                  {one.saidBy === 'household' ? t('consent.byHousehold') : one.byName}
                </li>
              ))}
            </ul>
            {may(registry.sayConsent) ? (
              <Button loading={act.busy} onClick={() => act.run({ params: { county, id }, body: { given: !given } })}>
                {t(given ? 'consent.takeBack' : 'consent.give')}
              </Button>
            ) : null}
            {act.error ? <ErrorState error={act.error} compact /> : null}
          </>
        )}
      </Answer>
    </Part>
  );
}
