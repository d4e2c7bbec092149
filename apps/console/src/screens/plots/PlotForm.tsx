import { useQuery } from '@tanstack/react-query';
import { Form, Input, InputNumber, Radio, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Boundary } from '#trace/contract';
import { ask } from '../../api/ask.ts';
import { today, weightRound } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion, useCrops } from '../../parts/crops.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { useCounty } from '../../session/session.ts';
import { BoundaryField } from './BoundaryField.tsx';
import { narrowest } from './narrowest.ts';

export interface PlotValues {
  ownerKind: 'household' | 'org';
  household?: string;
  org?: string;
  village?: string;
  name: string;
  crop?: string;
  mu?: number | null;
  trees?: number | null;
  kilograms?: number | null;
  boundary?: Boundary | null;
  from: string;
  reason?: string;
}

/** What is said of a plot, as the server keeps it. */
export const contentOf = (v: PlotValues) => ({
  ...{ name: v.name.trim(), crop: v.crop ?? '', areaCentimu: Math.round((v.mu ?? 0) * 100), trees: v.trees ?? 0 },
  ...{ yieldGrams: Math.round((v.kilograms ?? 0) * 1000), boundary: v.boundary ?? null, from: v.from },
});

/** A plot's form: whose it is only when it is new; why it changes only when it is not. */
export function PlotForm({
  initial,
  isNew,
  busy,
  error,
  onSubmit,
}: {
  initial: PlotValues;
  isNew: boolean;
  busy: boolean;
  error: unknown;
  onSubmit: (values: PlotValues) => void;
}) {
  const { t, locale } = useWords();
  const navigate = useNavigate();
  const crops = useCrops();
  const { data: known } = useQuery(cropsQuestion());
  const [form] = Form.useForm<PlotValues>();
  const values = Form.useWatch([], form) ?? initial;
  const crop = known?.find((one) => one.code === values.crop);
  const centimu = Math.round((values.mu ?? 0) * 100);
  const most = Math.max(
    Math.floor((centimu * (crop?.gramsPerMu ?? 0)) / 100),
    (values.trees ?? 0) * (crop?.gramsPerTree ?? 0),
  );
  return (
    <Form<PlotValues>
      form={form}
      layout="vertical"
      className="form"
      initialValues={initial}
      onFinish={onSubmit}
      scrollToFirstError={{ block: 'center', focus: true }}
    >
      {isNew ? <Whose kind={values.ownerKind} fixed={Boolean(initial.household)} /> : null}
      <Part title={t('plot.growing')}>
        <div className="form-row">
          <Form.Item
            name="name"
            label={t('plot.name')}
            rules={[{ required: true, whitespace: true, message: t('field.required') }]}
          >
            <Input maxLength={60} placeholder={t('plot.nameHint')} />
          </Form.Item>
          <Form.Item
            name="crop"
            label={t('household.crop')}
            rules={[{ required: true, message: t('household.cropNeeded') }]}
          >
            <Select showSearch={{ optionFilterProp: 'label' }} options={crops.grown} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="mu" label={t('plot.size')}>
            <InputNumber min={0} max={1_000_000} precision={2} inputMode="decimal" suffix={t('household.mu')} />
          </Form.Item>
          <Form.Item name="trees" label={t('plot.trees')}>
            <InputNumber min={0} max={10_000_000} precision={0} inputMode="numeric" suffix={t('household.treeUnit')} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item
            name="kilograms"
            label={t('plot.yield')}
            extra={most > 0 ? t('plot.yieldHint', { most: weightRound(most, locale, 'kg') }) : undefined}
            rules={[{ required: true, message: t('field.required') }]}
          >
            <InputNumber min={0.001} max={1_000_000_000} inputMode="decimal" suffix={t('work.kilograms')} />
          </Form.Item>
          <Form.Item name="from" label={t('plot.from')} rules={[{ required: true, message: t('field.required') }]}>
            <Input type="date" max={today()} />
          </Form.Item>
        </div>
      </Part>
      <Part title={t('plot.boundary')}>
        <Form.Item name="boundary" noStyle>
          <BoundaryField declaredCentimu={centimu} />
        </Form.Item>
      </Part>
      {isNew ? null : (
        <Form.Item
          name="reason"
          label={t('plot.why')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input maxLength={200} />
        </Form.Item>
      )}
      <div className="form-foot">
        <FormProblem error={error} form={form} fields={fields} />
        <FormEnd busy={busy} onCancel={() => void navigate(-1)} />
      </div>
    </Form>
  );
}

const fields: Record<string, string> = { areaCentimu: 'mu', yieldGrams: 'kilograms' };

function Whose({ kind, fixed }: { kind: PlotValues['ownerKind']; fixed: boolean }) {
  const { t } = useWords();
  const { county, memberships } = useCounty();
  const [q, setQ] = useState('');
  const households = useQuery({
    ...ask('registry', 'households', { params: { county }, query: { q: q.trim(), size: 20 } }),
    enabled: !fixed,
  });
  const cooperatives = useQuery({
    ...ask('registry', 'organisations', { params: { county }, query: { kind: 'cooperative', size: 200 } }),
    enabled: kind === 'org',
  });
  return (
    <Part title={t('plot.whose')}>
      {fixed ? (
        <Form.Item name="household" hidden>
          <Input />
        </Form.Item>
      ) : (
        <>
          <Form.Item name="ownerKind">
            <Radio.Group
              options={[
                { value: 'household', label: t('plot.ofHousehold') },
                { value: 'org', label: t('plot.ofCooperative') },
              ]}
            />
          </Form.Item>
          {kind === 'household' ? (
            <Form.Item
              name="household"
              label={t('plot.ofHousehold')}
              rules={[{ required: true, message: t('field.required') }]}
            >
              <Select
                showSearch={{ filterOption: false, onSearch: setQ }}
                placeholder={t('plot.pickHousehold')}
                options={households.data?.rows.map((row) => ({
                  value: row.id,
                  label: `${row.headMasked} ${row.code} · ${row.villageName}`,
                }))}
              />
            </Form.Item>
          ) : (
            <Form.Item
              name="org"
              label={t('plot.cooperative')}
              rules={[{ required: true, message: t('field.required') }]}
            >
              <Select options={cooperatives.data?.rows.map((row) => ({ value: row.id, label: row.name }))} />
            </Form.Item>
          )}
        </>
      )}
      <Form.Item
        name="village"
        label={t('note.village')}
        extra={kind === 'household' ? t('plot.ownVillage') : undefined}
        rules={kind === 'household' ? [] : [{ required: true, message: t('household.villageNeeded') }]}
      >
        <RegionPicker county={county} within={narrowest(memberships)} />
      </Form.Item>
    </Part>
  );
}
