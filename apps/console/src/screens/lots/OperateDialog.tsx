import { useQuery } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { type certificateBases, operationKinds, type ProcessName, processes, processNames } from '#trace/contract';
import type { Lot, LotOperation } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readWeight, weight, weightNumber } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { BasisChecks } from './BasisChecks.tsx';
import { LossPhotos } from './LossPhotos.tsx';

/** What can be done with a lot from its page; packing has a screen of its own. */
export const doable = ['grade', 'mix', 'split', 'process', 'move', 'receive', 'lose'] as const;
export type Doable = (typeof doable)[number];

interface Values {
  kg: string;
  lossKg?: string;
  outs: { grade?: string; kg: string }[];
  lots: string[];
  grade?: string;
  process: ProcessName;
  to: string;
  reason: string;
  note?: string;
  basis?: (typeof certificateBases)[number][];
}

const grams = (text: string | undefined): number => readWeight(text ?? '', 'kg') ?? 0;
const kilograms = (of: number): string => weightNumber(of, 'kg').replaceAll(',', '');

/** One step with a lot: a few big fields, made for a phone at the station; the grams close before it is sent. */
export function OperateDialog({ kind, lot, onClose }: { kind: Doable; lot: Lot; onClose: () => void }) {
  const { t, locale, say } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const outs = Form.useWatch('outs', form) ?? [];
  const kg = Form.useWatch('kg', form);
  const way = Form.useWatch('process', form);
  const [lost, setLost] = useState<LotOperation>();
  const onDone = (done: LotOperation) => {
    void message.success(t('op.done'));
    // What spoiled is shown best while it still lies there.
    if (kind === 'lose') return setLost(done);
    onClose();
    const [made] = done.outputs;
    // Where one lot came of it, people go on with that one.
    if (made && done.outputs.length === 1 && made.id !== lot.id) void navigate(paths.lot(county, made.id));
  };
  const acts = {
    grade: useAct(api.trace.gradeLot, { onDone }),
    mix: useAct(api.trace.mixLots, { onDone }),
    split: useAct(api.trace.splitLot, { onDone }),
    process: useAct(api.trace.processLots, { onDone }),
    move: useAct(api.trace.moveLot, { onDone }),
    receive: useAct(api.trace.receiveLot, { onDone }),
    lose: useAct(api.trace.loseLot, { onDone }),
  };
  const act = acts[kind];
  const others = useQuery({
    ...ask('trace', 'lots', {
      params: { county },
      query: { kind: 'raw', onHand: true, crop: lot.crop, inTransit: false, size: 200 },
    }),
    enabled: kind === 'mix',
    select: ({ rows }) => rows.filter((one) => one.id !== lot.id && one.org === lot.org && one.state !== 'recalled'),
  });
  const places = useQuery({
    ...ask('registry', 'organisations', { params: { county }, query: { size: 200 } }),
    enabled: kind === 'move',
    select: ({ rows }) =>
      rows.filter(
        (one) =>
          one.state === 'active' && ['station', 'cooperative', 'merchant'].includes(one.kind) && one.id !== lot.station,
      ),
  });
  const ways = processNames.filter((name) => processes[name].from === lot.crop);
  const taken = grams(kg);
  const made = outs.reduce((sum, one) => sum + grams(one?.kg), 0);
  const loss = taken - made;
  const bounds = way ? processes[way].yieldBp.map((bp) => Math.floor((taken * bp) / 10_000)) : undefined;

  function submit(values: Values) {
    const params = { county };
    const note = values.note?.trim() ? { note: values.note.trim() } : {};
    const basis = values.basis?.length ? { basis: values.basis } : {};
    const inputs = [{ lot: lot.id, grams: taken }];
    switch (kind) {
      case 'grade': {
        const outputs = outs.map((one) => ({ grade: one.grade ?? '', grams: grams(one.kg) }));
        return acts.grade.run({ params, body: { lot: lot.id, outputs, lossGrams: loss, ...note, ...basis } });
      }
      case 'split':
        return acts.split.run({ params, body: { lot: lot.id, grams: outs.map((one) => grams(one.kg)), ...note } });
      case 'mix': {
        const more = (others.data ?? []).filter((one) => values.lots.includes(one.id));
        const all = [...inputs, ...more.map((one) => ({ lot: one.id, grams: one.gramsOnHand }))];
        const named = values.grade?.trim() ? { grade: values.grade.trim() } : {};
        return acts.mix.run({
          params,
          body: { inputs: all, lossGrams: grams(values.lossKg), ...named, ...note, ...basis },
        });
      }
      case 'process': {
        const body = { process: values.process, inputs, grams: grams(values.lossKg), grade: values.grade ?? '' };
        return acts.process.run({ params, body: { ...body, ...note, ...basis } });
      }
      case 'move':
        return acts.move.run({ params, body: { lot: lot.id, grams: taken, to: values.to, ...note } });
      case 'receive':
        return acts.receive.run({ params: { county, id: lot.id }, body: { grams: taken, ...note } });
      case 'lose':
        return acts.lose.run({ params, body: { lot: lot.id, grams: taken, reason: values.reason.trim() } });
    }
  }

  const left = weight(lot.gramsOnHand, locale);
  const weighed = (name: string | (string | number)[], label: string, extra?: string, most = lot.gramsOnHand) => (
    <Form.Item
      name={name}
      label={label}
      extra={extra}
      rules={[
        {
          validator: (_, text: string | undefined) => {
            const wanted = readWeight(text ?? '', 'kg');
            if (wanted === undefined || (wanted === 0 && kind !== 'receive' && name !== 'lossKg')) {
              return Promise.reject(new Error(t('op.kgNeeded')));
            }
            return wanted <= most ? Promise.resolve() : Promise.reject(new Error(t('op.tooMuch', { left })));
          },
        },
      ]}
    >
      <Input size="large" inputMode="decimal" autoComplete="off" suffix={locale === 'zh' ? '公斤' : 'kg'} />
    </Form.Item>
  );
  const required = [{ required: true, whitespace: true, message: t('field.required') }];
  const anew = operationKinds[kind].certificate === 'anew';
  const several = kind === 'grade' || kind === 'split';
  if (lost) {
    return (
      <Modal
        open
        title={`${say(operationKinds.lose.words)} · ${lot.number}`}
        okText={t('op.photosDone')}
        onOk={onClose}
        onCancel={onClose}
        cancelButtonProps={{ style: { display: 'none' } }}
      >
        <p className="modal-words">{t('op.photoWords', { lost: weight(lost.lossGrams, locale) })}</p>
        <LossPhotos of={lost} large />
      </Modal>
    );
  }
  return (
    <Modal
      open
      title={`${say(operationKinds[kind].words)} · ${lot.number}`}
      okText={say(operationKinds[kind].words)}
      cancelText={t('action.cancel')}
      okButtonProps={{
        loading: act.busy,
        danger: kind === 'lose',
        disabled: (several && loss < 0) || (kind === 'process' && ways.length === 0),
      }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form<Values>
        form={form}
        name="operate"
        layout="vertical"
        initialValues={{
          kg: kind === 'lose' ? '' : kilograms(lot.gramsOnHand),
          lossKg: kind === 'process' ? '' : '0',
          outs:
            kind === 'split'
              ? [{ kg: '' }, { kg: '' }]
              : [
                  { grade: '', kg: '' },
                  { grade: '', kg: '' },
                ],
          lots: [],
          grade: kind === 'process' ? lot.grade : undefined,
          process: ways[0],
        }}
        onFinish={submit}
      >
        {kind === 'receive' ? <p className="modal-words">{t('op.receivedWords', { sent: left })}</p> : null}
        {kind === 'process' && ways.length === 0 ? <p className="modal-words">{t('op.processNone')}</p> : null}
        {weighed(
          'kg',
          t(kind === 'receive' ? 'op.received' : kind === 'lose' ? 'op.lostGrams' : 'op.grams'),
          kind === 'receive' ? undefined : t('op.gramsLeft', { left }),
        )}
        {several ? (
          <Form.List name="outs">
            {(fields, { add }) => (
              <>
                {fields.map((field) => (
                  <div key={field.key} className={kind === 'grade' ? 'grade-row' : undefined}>
                    {kind === 'grade' ? (
                      <Form.Item name={[field.name, 'grade']} label={t('op.grade')} rules={required}>
                        <Input size="large" maxLength={20} />
                      </Form.Item>
                    ) : null}
                    {weighed(
                      [field.name, 'kg'],
                      kind === 'grade' ? t('flow.grams') : t('op.part', { n: field.name + 1 }),
                    )}
                  </div>
                ))}
                <Button onClick={() => add({ grade: '', kg: '' })} disabled={fields.length >= 12}>
                  {t(kind === 'grade' ? 'op.addGrade' : 'op.addPart')}
                </Button>
                <p className={loss < 0 ? 'bad' : 'mute'} role="status">
                  {loss < 0
                    ? t('op.overfull')
                    : kind === 'grade'
                      ? t('op.lossAuto', { loss: weight(loss, locale) })
                      : t('op.gramsLeft', { left: weight(lot.gramsOnHand - made, locale) })}
                </p>
              </>
            )}
          </Form.List>
        ) : null}
        {kind === 'mix' ? (
          <>
            <Form.Item
              name="lots"
              label={t('op.otherLots')}
              rules={[{ type: 'array', min: 1, message: t('op.otherLotsNeeded') }]}
            >
              <Select
                mode="multiple"
                loading={others.isPending}
                showSearch={{ optionFilterProp: 'label' }}
                options={others.data?.map((one) => ({
                  value: one.id,
                  label: `${one.number} ${one.grade} · ${weight(one.gramsOnHand, locale)}`,
                }))}
              />
            </Form.Item>
            {weighed('lossKg', t('op.lossGrams'))}
            <Form.Item name="grade" label={t('op.mixGrade')}>
              <Input maxLength={20} placeholder={lot.grade} />
            </Form.Item>
          </>
        ) : null}
        {kind === 'process' && ways.length > 0 ? (
          <>
            <Form.Item name="process" label={t('op.process')} rules={[{ required: true }]}>
              <Select options={ways.map((name) => ({ value: name, label: say(processes[name].words) }))} />
            </Form.Item>
            {weighed(
              'lossKg',
              t('op.outGrams'),
              bounds &&
                t('op.outRange', { least: weight(bounds[0] ?? 0, locale), most: weight(bounds[1] ?? 0, locale) }),
            )}
            <Form.Item name="grade" label={t('op.outGrade')} rules={required}>
              <Input maxLength={20} />
            </Form.Item>
          </>
        ) : null}
        {kind === 'move' ? (
          <Form.Item name="to" label={t('op.to')} rules={[{ required: true, message: t('field.required') }]}>
            <Select
              size="large"
              loading={places.isPending}
              showSearch={{ optionFilterProp: 'label' }}
              options={places.data?.map((one) => ({ value: one.id, label: one.name }))}
            />
          </Form.Item>
        ) : null}
        {kind === 'lose' ? (
          <Form.Item name="reason" label={t('op.lostReason')} rules={[...required, { min: 2 }]}>
            <Input.TextArea rows={2} maxLength={200} />
          </Form.Item>
        ) : (
          <Form.Item name="note" label={t('op.note')}>
            <Input maxLength={200} />
          </Form.Item>
        )}
        {anew ? (
          <Form.Item name="basis" label={t('op.basis')} extra={t('op.basisLater')}>
            <BasisChecks label={t('op.basis')} />
          </Form.Item>
        ) : null}
        <FormProblem error={act.error} form={form} />
      </Form>
    </Modal>
  );
}
