import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { catalog, type MarkName, markKinds, markNames } from '#catalog/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

/** Which marks a product bears, and whether buyers see them now. */
export function ClaimsPart({ id }: { id: string }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const query = useQuery(ask('catalog', 'productClaims', { params: { county, id } }));
  const [chosen, setChosen] = useState<MarkName[]>();
  const act = useAct(api.catalog.setClaims, { onDone: () => setChosen(undefined) });
  return (
    <Part
      title={t('claims.title')}
      question={t('claims.words')}
      more={
        may(catalog.setClaims) && !chosen ? (
          <Button onClick={() => setChosen((query.data ?? []).map((claim) => claim.kind))}>{t('action.edit')}</Button>
        ) : null
      }
    >
      {chosen ? (
        <>
          <Checkbox.Group
            options={markNames.map((value) => ({ value, label: say(markKinds[value].words) }))}
            value={chosen}
            onChange={(kinds) => setChosen(kinds)}
          />
          <p className="row-actions">
            <Button
              type="primary"
              loading={act.busy}
              onClick={() => act.run({ params: { county, id }, body: { kinds: chosen } })}
            >
              {t('claims.save')}
            </Button>
            <Button onClick={() => setChosen(undefined)}>{t('action.cancel')}</Button>
          </p>
          {act.error ? <ErrorState error={act.error} compact /> : null}
        </>
      ) : (
        <Answer query={query} rows={1}>
          {(claims) =>
            claims.length === 0 ? (
              <p className="mute">{t('claims.none')}</p>
            ) : (
              <ul className="plain-list">
                {claims.map((claim) => (
                  <li key={claim.kind}>
                    {say(markKinds[claim.kind].words)}{' '}
                    {!claim.valid ? (
                      <StatusTag tone="stop">{t('claims.hidden')}</StatusTag>
                    ) : claim.validUntil ? (
                      <StatusTag tone={claim.soon ? 'wait' : 'good'}>
                        {t('claims.until', { day: claim.validUntil })}
                      </StatusTag>
                    ) : null}
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      )}
    </Part>
  );
}
