import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Segmented } from 'antd';
import { useRef, useState } from 'react';
import { trade } from '#trade/contract';
import type { HandOut } from '../../api/answers.ts';
import { asProblem } from '../../api/as-problem.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { shortDay, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Icon } from '../../parts/icons.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer, EmptyState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

const toDo = (county: number) => ask('trade', 'handOuts', { params: { county }, query: { size: 200 } });
const given = (county: number) => ask('trade', 'handOuts', { params: { county }, query: { done: true, size: 20 } });

export const loader = ahead((county) => [toDo(county), given(county)]);

/** The keeper's cash: who waits for how much, and what was handed out, each with its receipt. */
export function Component() {
  const { t, locale } = useWords();
  const { county, may } = useCounty();
  const waiting = useQuery(toDo(county));
  const done = useQuery(given(county));
  const [giving, setGiving] = useState<HandOut>();
  return (
    <div className="station">
      <PageHeader title={t('handOut.title')} />
      <Answer query={waiting}>
        {({ rows, total, toHandFen }) =>
          rows.length === 0 ? (
            <EmptyState title={t('handOut.none')}>{t('handOut.noneWords')}</EmptyState>
          ) : (
            <>
              <p className="hand-out-sum">
                {t('handOut.sum')} <b className="num">{yuan(toHandFen)}</b>
                <span className="mute">{t('handOut.families', { n: total })}</span>
              </p>
              <Part title={t('handOut.toDo')}>
                <ul className="plain-list hand-outs">
                  {rows.map((row) => (
                    <li key={row.id} className="list-row">
                      <span>
                        <b>{row.headMasked}</b>
                        <span className="mute">
                          {row.householdCode} · {row.villageName} ·{' '}
                          {t('handOut.since', { day: shortDay(row.since, locale) })}
                        </span>
                      </span>
                      <span className="list-row-end">
                        <b className="num hand-out-money">{yuan(row.fen)}</b>
                        {may(trade.handOut) ? (
                          <Button type="primary" size="large" onClick={() => setGiving(row)}>
                            {t('handOut.give')}
                          </Button>
                        ) : null}
                      </span>
                    </li>
                  ))}
                </ul>
              </Part>
            </>
          )
        }
      </Answer>
      <Part title={t('handOut.done')}>
        <Answer query={done} rows={2}>
          {({ rows }) =>
            rows.length === 0 ? (
              <p className="mute">{t('handOut.noneDone')}</p>
            ) : (
              <ul className="plain-list">
                {rows.map((row) => (
                  <li key={row.id} className="list-row">
                    <span>
                      <b>{row.headMasked}</b>
                      <span className="mute">
                        {row.endedAt ? `${shortDay(row.endedAt, locale)} · ` : ''}
                        {t('handOut.receiptNumber', { number: row.receipt ?? '—' })}
                      </span>
                    </span>
                    <MoneyCell fen={row.fen} tone="strong" />
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </Part>
      {giving ? <GiveDialog row={giving} onClose={() => setGiving(undefined)} /> : null}
    </div>
  );
}

interface Values {
  receipt: string;
  confirmedBy: 'household' | 'witness';
  witness?: string;
}

function GiveDialog({ row, onClose }: { row: HandOut; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const confirmedBy = Form.useWatch('confirmedBy', form);
  const picker = useRef<HTMLInputElement>(null);
  const act = useAct(api.trade.handOut, { onDone: onClose });
  const photo = useAct(
    (input: { county: number; file: File }, options) =>
      api.trade.addReceiptPhoto({ params: { county: input.county } }, { ...options, file: input.file }),
    { quiet: true },
  );
  const problem = photo.error ? asProblem(photo.error, t) : undefined;
  return (
    <Modal
      open
      title={t('handOut.giveTitle', { who: row.headMasked })}
      okText={t('handOut.go')}
      cancelText={t('action.cancel')}
      okButtonProps={{ size: 'large', loading: act.busy, disabled: photo.busy }}
      cancelButtonProps={{ size: 'large' }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="hand-out-amount num">{yuan(row.fen)}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        size="large"
        initialValues={{ confirmedBy: 'household' }}
        onFinish={({ receipt, confirmedBy: who, witness }) =>
          act.run({
            params: { county, id: row.id },
            body: {
              receipt: receipt.trim(),
              confirmedBy: who,
              photo: photo.answer?.file ?? null,
              witness: who === 'witness' ? (witness?.trim() ?? null) : null,
            },
          })
        }
      >
        <Form.Item name="confirmedBy" label={t('handOut.confirmedBy')}>
          <Segmented
            block
            options={[
              { value: 'household', label: t('handOut.byHousehold') },
              { value: 'witness', label: t('handOut.byWitness') },
            ]}
          />
        </Form.Item>
        {confirmedBy === 'witness' ? (
          <Form.Item
            name="witness"
            label={t('handOut.witness')}
            rules={[{ required: true, whitespace: true, message: t('handOut.witnessNeeded') }]}
          >
            <Input maxLength={60} />
          </Form.Item>
        ) : null}
        <Form.Item
          name="receipt"
          label={t('handOut.receipt')}
          rules={[{ required: true, whitespace: true, message: t('handOut.receiptNeeded') }]}
        >
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item label={t('handOut.photo')}>
          <Button
            block
            icon={<Icon name="upload" size={18} />}
            loading={photo.busy}
            onClick={() => picker.current?.click()}
          >
            {photo.busy ? t('handOut.photoBusy') : photo.answer ? t('handOut.photoAgain') : t('handOut.photoAdd')}
          </Button>
          <input
            ref={picker}
            type="file"
            hidden
            accept="image/jpeg,image/png,image/webp"
            capture="environment"
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file) photo.run({ county, file });
            }}
          />
          {problem ? (
            <p className="form-problem" role="alert">
              {problem.title}
            </p>
          ) : null}
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </Modal>
  );
}
