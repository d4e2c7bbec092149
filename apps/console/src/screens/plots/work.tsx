import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { MOST_WORK_PHOTOS, type WorkKind, workKinds, workKindWords } from '#trace/contract';
import type { PlotDetail, Work } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { addDays, shortDay, today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Icon } from '../../parts/icons.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { WorkPhotos } from './WorkLog.tsx';

const plot = (county: number, id: string) => ask('trace', 'plot', { params: { county, id } });

export const loader = ahead((county, _url, id) => [plot(county, id)]);

/** Writing down work, made for a phone at the edge of the field; photos come after, when the entry is safe. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(plot(county, id));
  const act = useAct(api.trace.recordWork);
  return (
    <Answer query={query}>
      {({ plot: one }) => (
        <div className="station buy">
          <PageHeader
            title={act.answer ? t('work.saved') : t('work.add')}
            about={`${one.name} · ${one.cropName} · ${one.ownerName}`}
            back={{ to: paths.plot(county, id), label: one.name }}
          />
          {act.answer ? (
            <Saved plot={id} work={act.answer} />
          ) : (
            <WorkForm
              of={one}
              busy={act.busy}
              error={act.error}
              onSubmit={(body) => act.run({ params: { county, id }, body })}
            />
          )}
        </div>
      )}
    </Answer>
  );
}

type Body = Parameters<typeof api.trace.recordWork>[0]['body'];
interface Values {
  kind: WorkKind;
  onDay: string;
  product?: string;
  intervalDays?: number | null;
  amount?: number | null;
  unit: 'grams' | 'kilograms' | 'millilitres';
  note?: string;
}

function WorkForm({
  of,
  busy,
  error,
  onSubmit,
}: {
  of: PlotDetail['plot'];
  busy: boolean;
  error: unknown;
  onSubmit: (body: Body) => void;
}) {
  const { t, say, locale } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const values = Form.useWatch([], form);
  const kind = values?.kind ?? 'fertilise';
  const table = useQuery(ask('trace', 'pesticides', { params: { county }, query: { crop: of.crop } }));
  const uses = table.data?.filter((one) => one.kind === 'use') ?? [];
  const days = uses.find((one) => one.product === values?.product)?.intervalDays ?? 0;
  const free =
    kind === 'spray' && typeof values?.intervalDays === 'number' ? addDays(values.onDay, values.intervalDays) : '';
  const send = (said: Values) => {
    const amount = said.amount
      ? said.unit === 'millilitres'
        ? { millilitres: Math.round(said.amount) }
        : { grams: Math.round(said.amount * (said.unit === 'kilograms' ? 1000 : 1)) }
      : {};
    const spray = said.kind === 'spray' ? { product: said.product, intervalDays: said.intervalDays ?? undefined } : {};
    onSubmit({ kind: said.kind, onDay: said.onDay, ...amount, ...spray, ...(said.note && { note: said.note }) });
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{ kind: 'fertilise', onDay: today(), unit: 'kilograms' }}
      onFinish={send}
      onValuesChange={(changed: Partial<Values>) => {
        if (changed.kind) form.setFieldValue('unit', changed.kind === 'spray' ? 'millilitres' : 'kilograms');
        const chosen = changed.product && uses.find((one) => one.product === changed.product);
        if (chosen) form.setFieldValue('intervalDays', chosen.intervalDays);
      }}
    >
      <Form.Item name="kind" noStyle>
        <Kinds />
      </Form.Item>
      <Form.Item name="onDay" label={t('work.onDay')} rules={[{ required: true, message: t('field.required') }]}>
        <Input type="date" size="large" max={today()} />
      </Form.Item>
      {kind === 'spray' ? (
        <>
          <Form.Item
            name="product"
            label={t('work.product')}
            extra={
              table.data && uses.length === 0
                ? t('work.noProducts', { crop: of.cropName })
                : t('work.productHint', { crop: of.cropName })
            }
            rules={[{ required: true, message: t('field.required') }]}
          >
            <Select
              size="large"
              loading={table.isPending}
              options={uses.map((one) => ({
                value: one.product,
                label: locale === 'en' ? `${one.nameEn} ${one.product}` : one.product,
              }))}
            />
          </Form.Item>
          <Form.Item
            name="intervalDays"
            label={t('work.interval')}
            extra={t('work.intervalHint', { days })}
            rules={[{ required: true, message: t('field.required') }]}
          >
            <InputNumber size="large" min={days} max={365} precision={0} inputMode="numeric" />
          </Form.Item>
          {free ? <p className="buy-say bad">{t('work.freeOn', { day: shortDay(free, locale) })}</p> : null}
        </>
      ) : null}
      <div className="work-amount">
        <Form.Item
          name="amount"
          label={t(kind === 'spray' ? 'work.dose' : kind === 'harvest' ? 'work.harvested' : 'work.amount')}
          rules={[{ required: kind === 'spray', message: t('field.required') }]}
        >
          <InputNumber size="large" min={0.001} max={1_000_000} precision={3} inputMode="decimal" />
        </Form.Item>
        <Form.Item name="unit" label=" " colon={false}>
          <Select
            size="large"
            aria-label={t('work.amount')}
            options={(['kilograms', 'grams', 'millilitres'] as const).map((value) => ({
              value,
              label: t(`work.${value}`),
            }))}
          />
        </Form.Item>
      </div>
      <Form.Item name="note" label={t('work.note')}>
        <Input size="large" maxLength={200} />
      </Form.Item>
      <FormProblem error={error} form={form} fields={fields} />
      <div className="buy-end">
        <Button type="primary" htmlType="submit" size="large" block className="weigh-go" loading={busy}>
          {t('work.save')} · {say(workKindWords[kind])}
        </Button>
      </div>
    </Form>
  );
}

const fields: Record<string, string> = { grams: 'amount', millilitres: 'amount' };

function Kinds({ value, onChange }: { value?: WorkKind; onChange?: (kind: WorkKind) => void }) {
  const { t, say } = useWords();
  return (
    <fieldset className="buy-paid">
      <legend>{t('work.kind')}</legend>
      {workKinds.map((kind) => (
        <label key={kind} className="buy-grade">
          <input type="radio" name="kind" checked={value === kind} onChange={() => onChange?.(kind)} />
          <b>{say(workKindWords[kind])}</b>
        </label>
      ))}
    </fieldset>
  );
}

function Saved({
  plot: id,
  work,
}: {
  plot: string;
  work: Work & { tooLate: Awaited<ReturnType<typeof api.trace.recordWork>>['tooLate'] };
}) {
  const { t, say, locale } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const picker = useRef<HTMLInputElement>(null);
  const [photos, setPhotos] = useState<Work['photos']>([]);
  const add = useAct(
    (input: { file: File }, options) =>
      api.trace.addWorkPhoto({ params: { county, id, work: work.id } }, { ...options, file: input.file }),
    { onDone: (photo) => setPhotos((before) => [...before, photo]) },
  );
  return (
    <>
      <Part title={say(workKindWords[work.kind])} question={t('work.savedWords')}>
        {work.freeOn ? (
          <p className="plot-blocked">{t('work.freeOn', { day: shortDay(work.freeOn, locale) })}</p>
        ) : null}
        {work.tooLate.length > 0 ? (
          <div className="plot-blocked" role="alert">
            <p>{t('work.tooLate')}</p>
            <ul>
              {work.tooLate.map((late) => (
                <li key={late.purchaseNumber}>
                  {t('work.tooLateLot', {
                    ...{ number: late.purchaseNumber, lot: late.lotNumber },
                    day: shortDay(late.harvestedOn, locale),
                  })}
                </li>
              ))}
            </ul>
            <p>{t('work.tooLateWords')}</p>
          </div>
        ) : null}
        <WorkPhotos county={county} plot={id} photos={photos} />
        <input
          ref={picker}
          type="file"
          hidden
          accept="image/jpeg,image/png,image/webp"
          capture="environment"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) add.run({ file });
          }}
        />
        <Button
          size="large"
          block
          icon={<Icon name="upload" size={18} />}
          loading={add.busy}
          disabled={photos.length >= MOST_WORK_PHOTOS}
          onClick={() => picker.current?.click()}
        >
          {t('work.photoAdd')}
        </Button>
        <p className="mute">{t('work.photoMost', { most: MOST_WORK_PHOTOS })}</p>
        {add.error ? <ErrorState error={add.error} compact /> : null}
      </Part>
      <div className="buy-end">
        <Button
          type="primary"
          size="large"
          block
          className="weigh-go"
          onClick={() => void navigate(paths.plot(county, id), { replace: true })}
        >
          {t('work.done')}
        </Button>
      </div>
    </>
  );
}
