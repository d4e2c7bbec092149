import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Pagination } from 'antd';
import { type ReactNode, useState } from 'react';
import { trade } from '#trade/contract';
import type { CashCode, Tills } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, readYuan, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { Answer, EmptyState, ErrorState } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { useCounty, useSession } from '../../session/session.ts';
import { useStations } from '../station/stations.ts';

/** Cash at stations: a keeper's counter, or every till for the county. */
export function Component() {
  const { chosen } = useStations();
  const state = useUrlState();
  if (chosen) return <Counter station={chosen.id} name={chosen.name} />;
  const station = state.get('station');
  return (
    <>
      <Stations />
      {station ? <Till key={station} station={station} keeps={false} /> : null}
    </>
  );
}

function Counter({ station, name }: { station: string; name: string }) {
  const { t } = useWords();
  const state = useUrlState();
  const code = state.get('code');
  const [form] = Form.useForm<{ code: string }>();
  return (
    <div className="station">
      <PageHeader title={t('menu.cash')} about={`${name} · ${t('cash.about')}`} />
      <Form
        form={form}
        className="code-form"
        initialValues={{ code }}
        onFinish={(v) => state.set({ code: v.code.replace(/\D/g, '') })}
      >
        <Form.Item
          name="code"
          label={t('cash.lookUp')}
          rules={[{ required: true, pattern: /^\d{4}[ -]?\d{4}$/, message: t('cash.codeHint') }]}
        >
          <Input
            size="large"
            className="num code-input"
            inputMode="numeric"
            autoComplete="off"
            placeholder="0000 0000"
            maxLength={9}
          />
        </Form.Item>
        <Button type={code ? 'default' : 'primary'} size="large" htmlType="submit">
          {t('cash.find')}
        </Button>
      </Form>
      {code ? <Found key={code} code={code} station={station} /> : null}
      <Till station={station} keeps />
    </div>
  );
}

const codeTones: Readonly<Record<CashCode['state'], Tone>> = {
  due: 'go',
  over: 'stop',
  taken: 'good',
  'pay-back': 'gold',
  'paid-back': 'quiet',
};

function Found({ code, station }: { code: string; station: string }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const query = useQuery({ ...ask('trade', 'cashCode', { params: { county, code } }), retry: false });
  const take = useAct(api.trade.takeCash);
  const [paying, setPaying] = useState<CashCode['refunds'][number]>();
  const back = useAct(api.trade.payBackCash, { onDone: () => setPaying(undefined) });
  if (query.error) return <ErrorState compact error={query.error} />;
  return (
    <Answer query={query} rows={2}>
      {(found) => (
        <section className="part">
          <div className="part-head">
            <h2 className="num">{`${found.code.slice(0, 4)} ${found.code.slice(4)}`}</h2>
            <StatusTag tone={codeTones[found.state]}>{t(`cash.state.${found.state}`)}</StatusTag>
          </div>
          <ul className="plain-list">
            {found.orders.map((o) => (
              <li key={o.id} className="list-row">
                <span>
                  <b>{say({ zh: o.summary, en: o.summaryEn })}</b>
                  <span className="mute num">{o.number}</span>
                </span>
                <MoneyCell fen={o.totalFen} tone="strong" />
              </li>
            ))}
          </ul>
          {found.receipt ? (
            <p className="mute">
              {t('cash.receipt', { number: found.receipt.number })} ·{' '}
              <span className="num">{dayTime(found.receipt.at)}</span>
            </p>
          ) : null}
          {take.answer ? (
            <output className="note-line">{t('cash.taken', { number: take.answer.number })}</output>
          ) : null}
          {back.answer ? (
            <output className="note-line">{t('cash.paidBack', { number: back.answer.number })}</output>
          ) : null}
          {found.state === 'due' ? (
            <>
              <p className="mute">{t('cash.takeWords')}</p>
              <Button
                type="primary"
                size="large"
                block
                className="thumb-button"
                loading={take.busy}
                onClick={() => take.run({ params: { county }, body: { station, code: found.code, fen: found.fen } })}
              >
                {t('cash.take', { yuan: yuan(found.fen) })}
              </Button>
              {take.error ? <ErrorState compact error={take.error} /> : null}
            </>
          ) : null}
          {found.refunds.map((refund) => (
            <div key={refund.refund}>
              <p className="mute">{refund.reason}</p>
              <Button type="primary" size="large" block className="thumb-button" onClick={() => setPaying(refund)}>
                {t('cash.payBack', { yuan: yuan(refund.fen) })}
              </Button>
            </div>
          ))}
          {paying ? (
            <Ask
              title={t('cash.payBack', { yuan: yuan(paying.fen) })}
              label={t('cash.taker')}
              wrong={t('cash.takerNeeded')}
              busy={back.busy}
              error={back.error}
              onCancel={() => setPaying(undefined)}
              onDone={(taker) =>
                back.run({ params: { county }, body: { station, code: found.code, refund: paying.refund, taker } })
              }
            />
          ) : null}
        </section>
      )}
    </Answer>
  );
}

function Ask({
  title,
  label,
  wrong,
  busy,
  error,
  onCancel,
  onDone,
}: {
  title: string;
  label: string;
  wrong: string;
  busy: boolean;
  error: unknown;
  onCancel: () => void;
  onDone: (text: string) => void;
}) {
  const [form] = Form.useForm<{ text: string }>();
  return (
    <FormModal form={form} busy={busy} open title={title} okText={title} onClose={onCancel}>
      <Form form={form} layout="vertical" onFinish={(v) => onDone(v.text.trim())}>
        <Form.Item name="text" label={label} rules={[{ required: true, whitespace: true, message: wrong }]}>
          <Input size="large" maxLength={60} autoComplete="off" />
        </Form.Item>
        <FormProblem error={error} form={form} />
      </Form>
    </FormModal>
  );
}

/** What is in a till and everything that went in and out. */
function Till({ station, keeps }: { station: string; keeps: boolean }) {
  const { t } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({
    ...ask('trade', 'stationCash', { params: { county, id: station }, query: { page: state.page } }),
    placeholderData: keepPreviousData,
  });
  const [handing, setHanding] = useState(false);
  return (
    <Answer query={query}>
      {(till) => (
        <>
          <div className="figures">
            <Figure label={t('cash.till')} value={yuan(till.tillFen)} tone="pine" />
            <Figure label={t('cash.handed')} value={yuan(till.handedFen)} />
          </div>
          <Part
            title={keeps ? t('cash.history') : `${till.station.name} · ${t('cash.history')}`}
            more={
              keeps && till.tillFen > 0 ? (
                <Button onClick={() => setHanding(true)}>{t('cash.handIn')}</Button>
              ) : undefined
            }
          >
            {till.rows.length === 0 ? <p className="mute">{t('cash.none')}</p> : null}
            <ul className="plain-list">
              {till.rows.map((row) => (
                <li key={row.id} className="list-row">
                  <span>
                    <b>
                      {t(`cash.kind.${row.kind}`)} <span className="num mute">{row.number}</span>
                    </b>
                    <span className="mute">
                      <span className="num">{dayTime(row.at)}</span> · {row.by}
                      {row.words ? ` · ${row.words}` : ''}
                    </span>
                  </span>
                  <span className="list-row-end">
                    <MoneyCell fen={row.fen} tone={row.fen < 0 ? 'out' : 'in'} />
                    {row.kind === 'deposit' ? (
                      <StatusTag tone={row.state === 'received' ? 'good' : row.state === 'refused' ? 'stop' : 'wait'}>
                        {t(`cash.deposit.${row.state}`)}
                      </StatusTag>
                    ) : null}
                  </span>
                </li>
              ))}
            </ul>
            {till.total > till.size ? (
              <Pagination
                simple
                current={till.page}
                pageSize={till.size}
                total={till.total}
                onChange={(page) => state.set({ page })}
              />
            ) : null}
          </Part>
          {handing ? <HandIn station={station} most={till.tillFen} onClose={() => setHanding(false)} /> : null}
        </>
      )}
    </Answer>
  );
}

function HandIn({ station, most, onClose }: { station: string; most: number; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ amount: string; note?: string }>();
  const act = useAct(api.trade.handInCash);
  return (
    <Modal
      open
      title={t('cash.handIn')}
      okText={t('cash.handIn')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy, disabled: Boolean(act.answer) }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="modal-words">{t('cash.handInWords')}</p>
      {act.answer ? <output className="note-line">{t('cash.handedIn', { number: act.answer.number })}</output> : null}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ amount: (most / 100).toFixed(2) }}
        onFinish={(v) =>
          act.run({
            params: { county },
            body: { station, fen: readYuan(v.amount) ?? 0, note: v.note?.trim() || null },
          })
        }
      >
        <Form.Item
          name="amount"
          label={t('remit.amount')}
          rules={[
            {
              validator: (_, text: string) =>
                readYuan(text ?? '') ? Promise.resolve() : Promise.reject(new Error(t('remit.amountNeeded'))),
            },
          ]}
        >
          <Input size="large" prefix="¥" inputMode="decimal" />
        </Form.Item>
        <Form.Item name="note" label={t('cash.note')}>
          <Input maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ fen: 'amount' }} />
      </Form>
    </Modal>
  );
}

/** The county's side: what waits to be counted, and every till. */
function Stations() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const { person } = useSession();
  const state = useUrlState();
  const query = useQuery(ask('trade', 'tills', { params: { county } }));
  const receive = useAct(api.trade.receiveDeposit);
  const [refusing, setRefusing] = useState<Tills['deposits'][number]>();
  const refuse = useAct(api.trade.refuseDeposit, { onDone: () => setRefusing(undefined) });
  const acts = (deposit: Tills['deposits'][number]): ReactNode =>
    may(trade.receiveDeposit) && deposit.byId !== person ? (
      <span className="row-acts">
        <Button onClick={() => setRefusing(deposit)}>{t('cash.refuse')}</Button>
        <Button
          type="primary"
          loading={receive.busy}
          onClick={() => receive.run({ params: { county, id: deposit.id } })}
        >
          {t('cash.receive')}
        </Button>
      </span>
    ) : null;
  return (
    <>
      <PageHeader title={t('menu.cash')} about={t('cash.handInWords')} />
      {receive.error ? <ErrorState compact error={receive.error} /> : null}
      <Answer query={query}>
        {(tills) => (
          <>
            <Part title={t('cash.toCount')}>
              {tills.deposits.length === 0 ? <p className="mute">{t('cash.noneToCount')}</p> : null}
              <ul className="plain-list">
                {tills.deposits.map((d) => (
                  <li key={d.id} className="list-row list-row-wrap">
                    <span>
                      <b>
                        {d.stationName} · {yuan(d.fen)}
                      </b>
                      <span className="mute">
                        <span className="num">{d.number}</span> · {d.by} · <span className="num">{dayTime(d.at)}</span>
                        {d.note ? ` · ${d.note}` : ''}
                      </span>
                    </span>
                    {acts(d)}
                  </li>
                ))}
              </ul>
            </Part>
            <Part title={t('cash.stations')}>
              {tills.rows.length === 0 ? (
                <EmptyState title={t('cash.noStation')} />
              ) : (
                <ul className="plain-list press-list">
                  {tills.rows.map((row) => (
                    <li key={row.station}>
                      <button type="button" className="list-row" onClick={() => state.set({ station: row.station })}>
                        <span>
                          <b>{row.stationName}</b>
                          {row.handedFen > 0 ? (
                            <span className="mute">
                              {t('cash.handed')} {yuan(row.handedFen)}
                            </span>
                          ) : null}
                        </span>
                        <MoneyCell fen={row.tillFen} tone="strong" />
                      </button>
                    </li>
                  ))}
                </ul>
              )}
            </Part>
          </>
        )}
      </Answer>
      <ConfirmWithReason
        open={Boolean(refusing)}
        title={t('cash.refuse')}
        confirm={t('cash.refuse')}
        danger
        busy={refuse.busy}
        error={refuse.error}
        onCancel={() => setRefusing(undefined)}
        onConfirm={(reason) => {
          if (refusing) refuse.run({ params: { county, id: refusing.id }, body: { reason } });
        }}
      />
    </>
  );
}
