import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { differenceKindWords, differenceMoves, type differenceStates, trade } from '#trade/contract';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { caseTones, wordOf } from './words.ts';

const one = (county: number, id: string) => ask('trade', 'reconcileCase', { params: { county, id } });

export const loader = ahead((county, _, id) => [one(county, id)]);

/** One difference: what is apart, what was done about it, and the moves that are left, each with its reason. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const { id = '' } = useParams();
  const query = useQuery(one(county, id));
  const [moving, setMoving] = useState<(typeof differenceStates)[number]>();
  const act = useAct(api.trade.moveDifference, { onDone: () => setMoving(undefined) });
  return (
    <Answer query={query}>
      {(found) => {
        const moves = differenceMoves.from(found.state);
        const chosen = moves.find((m) => m.to === moving);
        return (
          <>
            <PageHeader
              title={say(differenceKindWords[found.kind])}
              back={{ to: paths.reconcileCases(county), label: t('menu.differences') }}
              tags={
                <StatusTag tone={caseTones[found.state] ?? 'quiet'}>
                  {say(differenceMoves.states[found.state])}
                </StatusTag>
              }
              actions={
                may(trade.moveDifference)
                  ? moves.map((m, i) => (
                      <MoveButton key={m.to} label={say(m.label)} primary={i === 0} onClick={() => setMoving(m.to)} />
                    ))
                  : null
              }
            />
            <Part title={t('difference.one')}>
              <Facts
                items={[
                  [t('pays.provider'), wordOf(t, 'provider', found.provider)],
                  [
                    t('difference.day'),
                    <span key="g" className="num">
                      {found.day}
                    </span>,
                  ],
                  [t('difference.ours'), <MoneyCell key="f" fen={found.ourFen} />],
                  [t('difference.theirs'), <MoneyCell key="e" fen={found.theirFen} />],
                  [t('difference.diff'), <MoneyCell key="d" fen={found.theirFen - found.ourFen} tone="strong" />],
                  [
                    t('difference.subject'),
                    <span key="c" className="num">
                      {found.subject}
                    </span>,
                  ],
                  found.payment && found.counties.includes(county)
                    ? [
                        t('pays.payment'),
                        <Link key="b" to={paths.payment(county, found.payment)}>
                          {t('difference.payment')}
                        </Link>,
                      ]
                    : undefined,
                  found.remittance
                    ? [
                        t('menu.remittances'),
                        <Link key="a" to={paths.remittance(county, found.remittance)}>
                          {t('difference.remittance')}
                        </Link>,
                      ]
                    : undefined,
                ]}
              />
            </Part>
            <Part title={t('difference.history')}>
              <ol className="plain-list">
                {found.moves.map((m) => (
                  <li key={`${m.at}-${m.to}`} className="list-row">
                    <span>
                      <b>{say(differenceMoves.states[m.to])}</b>
                      <span className="mute">{m.reason}</span>
                    </span>
                    <span className="list-row-end">
                      <span className="num mute">{dayTime(m.at)}</span>
                      <span className="mute">{m.by === 'system' ? t('difference.found') : m.by}</span>
                    </span>
                  </li>
                ))}
              </ol>
            </Part>
            <ConfirmWithReason
              open={Boolean(chosen)}
              title={chosen ? say(chosen.label) : ''}
              label={t('difference.why')}
              presets={t('difference.presets').split('|')}
              confirm={chosen ? say(chosen.label) : ''}
              busy={act.busy}
              error={act.error}
              onCancel={() => {
                act.reset();
                setMoving(undefined);
              }}
              onConfirm={(reason) => {
                if (moving) act.run({ params: { county, id: found.id }, body: { to: moving, reason } });
              }}
            />
          </>
        );
      }}
    </Answer>
  );
}
