import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { trade } from '#trade/contract';
import type { Remittance } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { AskReturn } from './AskReturn.tsx';

const one = (county: number, id: string) => ask('trade', 'remittance', { params: { county, id } });

export const loader = ahead((county, _, id) => [one(county, id)]);

/** One remittance: where its money went, what it may be for, and the way back. */
export function Component() {
  const { county } = useCounty();
  const { id = '' } = useParams();
  const query = useQuery(one(county, id));
  return <Answer query={query}>{(remittance) => <Money remittance={remittance} />}</Answer>;
}

function Money({ remittance: r }: { remittance: Remittance }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const [returning, setReturning] = useState(false);
  const [code, setCode] = useState<string>();
  const acts = r.leftFen > 0 && may(trade.matchByHand);
  return (
    <>
      <PageHeader
        title={r.payerName}
        back={{ to: paths.remittances(county), label: t('menu.remittances') }}
        tags={
          <StatusTag tone={r.state === 'done' ? 'good' : r.state === 'part' ? 'gold' : 'wait'}>
            {t(`remit.state.${r.state}`)}
          </StatusTag>
        }
        actions={
          acts ? (
            <>
              <Button onClick={() => setReturning(true)}>{t('remit.askReturn')}</Button>
              <Button type="primary" onClick={() => setCode('')}>
                {t('remit.matchCode')}
              </Button>
            </>
          ) : null
        }
      />
      <div className="figures">
        <Figure label={t('remit.in')} value={yuan(r.fen)} />
        <Figure label={t('remit.matched')} value={yuan(r.matchedFen)} tone="pine" />
        <Figure label={t('remit.left')} value={yuan(r.leftFen)} tone={r.leftFen > 0 ? 'persimmon' : undefined} />
        <Figure label={t('remit.returned')} value={yuan(r.returnedFen)} />
      </div>
      <Part title={t('menu.remittances')}>
        <Facts
          items={[
            [
              t('remit.bookedOn'),
              <span key="d" className="num">
                {r.bookedOn}
              </span>,
            ],
            [
              t('remit.bankNumber'),
              <span key="c" className="num">
                {r.bankNumber}
              </span>,
            ],
            [
              t('remit.account'),
              <span key="b" className="num">
                {r.payerAccount ?? '—'}
              </span>,
            ],
            [t('remit.remark'), r.remark || '—'],
            r.returningFen > 0 ? [t('remit.returning'), <MoneyCell key="a" fen={r.returningFen} />] : undefined,
          ]}
        />
      </Part>
      {r.leftFen > 0 ? (
        <Part title={t('remit.candidates')}>
          {r.candidates.length === 0 ? (
            <p className="mute">{t('remit.noCandidates')}</p>
          ) : (
            <ul className="plain-list">
              {r.candidates.map((c) => (
                <li key={c.code} className="list-row">
                  <span>
                    <b>
                      {yuan(c.fen)} <span className="num mute">{c.code}</span>
                    </b>
                    <span className="mute">
                      {[c.payerName, c.orderNumber].filter(Boolean).join(' · ')}{' '}
                      {(['code', 'name', 'amount'] as const)
                        .filter((fit) => c.fits[fit])
                        .map((fit) => (
                          <StatusTag key={fit} tone="go">
                            {t(`remit.fits.${fit}`)}
                          </StatusTag>
                        ))}
                      {c.expired ? <StatusTag tone="quiet">{t('remit.expired')}</StatusTag> : null}
                    </span>
                  </span>
                  {acts ? (
                    <span className="list-row-end">
                      <Button onClick={() => setCode(c.code)}>{t('remit.match')}</Button>
                    </span>
                  ) : null}
                </li>
              ))}
            </ul>
          )}
        </Part>
      ) : null}
      <Part title={t('remit.matches')}>
        {r.matches.length === 0 ? (
          <p className="mute">{t('remit.noMatches')}</p>
        ) : (
          <ul className="plain-list">
            {r.matches.map((m) => (
              <li key={`${m.code}-${m.at}`} className="list-row">
                <span>
                  <b>
                    <Link to={paths.payment(county, m.payment)}>{m.orderNumber ?? m.code}</Link>
                  </b>
                  <span className="mute">
                    {t(`remit.how.${m.how}`)} {m.by} · <span className="num">{dayTime(m.at)}</span>
                  </span>
                </span>
                <MoneyCell fen={m.fen} tone="strong" />
              </li>
            ))}
          </ul>
        )}
      </Part>
      {r.returns.length > 0 ? (
        <Part title={t('remit.returns')} more={<Link to={paths.remittances(county)}>{t('action.all')}</Link>}>
          <ul className="plain-list">
            {r.returns.map((back) => (
              <li key={back.id} className="list-row">
                <span>
                  <b>{back.payeeName}</b>
                  <span className="mute">
                    {back.reason} · {back.askedBy}
                  </span>
                </span>
                <span className="list-row-end">
                  <MoneyCell fen={back.fen} tone="strong" />
                  <StatusTag tone={back.state === 'asked' ? 'wait' : back.state === 'sent' ? 'good' : 'quiet'}>
                    {t(`remit.return.${back.state}`)}
                  </StatusTag>
                </span>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {returning ? (
        <AskReturn
          of={{ remittance: r.id }}
          fen={r.leftFen}
          payeeName={r.payerName}
          payeeAccount={r.payerAccount ?? ''}
          onClose={() => setReturning(false)}
        />
      ) : null}
      {code === undefined ? null : (
        <MatchByCode key={code} remittance={r} code={code} onClose={() => setCode(undefined)} />
      )}
    </>
  );
}

function MatchByCode({ remittance, code, onClose }: { remittance: Remittance; code: string; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ code: string }>();
  const act = useAct(api.trade.matchByHand, { onDone: onClose });
  const known = remittance.candidates.find((c) => c.code === code);
  return (
    <FormModal form={form} busy={act.busy} open title={t('remit.match')} okText={t('remit.match')} onClose={onClose}>
      {known ? (
        <p className="modal-words">{t('remit.matchConfirm', { code: known.code, yuan: yuan(known.fen) })}</p>
      ) : null}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ code }}
        onFinish={(v) =>
          act.run({ params: { county }, body: { code: v.code.replace(/\s/g, ''), remittances: [remittance.id] } })
        }
      >
        <Form.Item
          name="code"
          label={t('remit.code')}
          rules={[{ required: true, pattern: /^\d{4} ?\d{4}$/, message: t('remit.codeNeeded') }]}
        >
          <Input size="large" inputMode="numeric" autoComplete="off" maxLength={9} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
