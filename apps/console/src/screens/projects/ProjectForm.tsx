import { useQueries, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { benefit } from '#benefit/contract';
import { registry } from '#registry/contract';
import type { Project } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import type { api } from '../../api/client.ts';
import { addDays, readYuan, today, yuan, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { sellerKinds, useActableOrganisations } from '../../parts/organisations.ts';
import { useCounty } from '../../session/session.ts';
import { equalShares, sumOf } from './shares.ts';

type Body = Parameters<typeof api.presale.draftProject>[0]['body'];

/** What the form holds, in the units people write: yuan and per cent. */
interface Values {
  org?: string;
  sku?: string;
  titleZh: string;
  titleEn?: string;
  storyZh?: string;
  storyEn?: string;
  goal: string;
  fund: number;
  opensOn: string;
  endsOn: string;
  deliverBy: string;
  households: { household?: string; percent?: number | null }[];
  tiers: {
    nameZh?: string;
    nameEn?: string;
    price?: string;
    cost?: string;
    sku?: string;
    packs?: number | null;
    places?: number | null;
    limit?: number | null;
  }[];
}

const fen = (text: string | undefined) => readYuan(String(text ?? '')) ?? 0;
const bp = (percent: number | null | undefined) => Math.round((percent ?? 0) * 100);

function bodyOf(v: Values): Body {
  return {
    ...{ org: v.org ?? '', sku: v.sku ?? '', titleZh: v.titleZh.trim(), titleEn: v.titleEn?.trim() ?? '' },
    ...{ storyZh: v.storyZh?.trim() ?? '', storyEn: v.storyEn?.trim() ?? '', goalFen: fen(v.goal), fundBp: bp(v.fund) },
    ...{ opensOn: v.opensOn, endsOn: v.endsOn, deliverBy: v.deliverBy },
    households: v.households.map((one) => ({ household: one.household ?? '', bp: bp(one.percent) })),
    tiers: v.tiers.map((tier) => ({
      ...{ nameZh: tier.nameZh?.trim() ?? '', nameEn: tier.nameEn?.trim() ?? '' },
      ...{ priceFen: fen(tier.price), costFen: fen(tier.cost), places: tier.places ?? 1, limit: tier.limit ?? 1 },
      owed: tier.sku ? { sku: tier.sku, packs: tier.packs ?? 1 } : null,
    })),
  };
}

const empty = (): Values => ({
  ...{ titleZh: '', titleEn: '', storyZh: '', storyEn: '', goal: '', fund: 0 },
  ...{ opensOn: today(), endsOn: addDays(today(), 30), deliverBy: addDays(today(), 120) },
  ...{ households: [{ percent: 100 }], tiers: [{ packs: 1, limit: 5 }] },
});

const valuesOf = (p: Project): Values => ({
  ...{ org: p.org, sku: p.sku, titleZh: p.titleZh, titleEn: p.titleEn, storyZh: p.storyZh, storyEn: p.storyEn },
  ...{ goal: yuanInput(p.goalFen), fund: p.fundBp / 100 },
  ...{ opensOn: p.opensOn, endsOn: p.endsOn, deliverBy: p.deliverBy },
  households: p.shares.map((one) => ({ household: one.household, percent: one.bp / 100 })),
  tiers: p.tiers.map((tier) => ({
    ...{ nameZh: tier.nameZh, nameEn: tier.nameEn, price: yuanInput(tier.priceFen) },
    ...{ cost: yuanInput(tier.parts.costFen), places: tier.places, limit: tier.limit },
    ...{ sku: tier.owed?.sku, packs: tier.owed?.packs ?? 1 },
  })),
});

/** Drafts a project, or changes the draft `of`: who carries it out, for whom, by when, and what backers get. */
export function ProjectForm({
  of,
  busy,
  error,
  onSubmit,
  onCancel,
}: {
  of?: Project;
  busy: boolean;
  error: unknown;
  onSubmit: (body: Body) => void;
  onCancel: () => void;
}) {
  const { t } = useWords();
  const { county, is } = useCounty();
  const [form] = Form.useForm<Values>();
  const sellers = useActableOrganisations(sellerKinds);
  const org = Form.useWatch('org', form) ?? of?.org ?? (sellers.length === 1 ? sellers[0]?.value : undefined);
  const products = useQuery({
    ...ask('catalog', 'catalogProducts', { params: { county }, query: { org, size: 200 } }),
    enabled: org !== undefined,
  });
  const skus = (products.data?.rows ?? []).flatMap((p) =>
    p.skus.map((s) => ({ value: s.id, label: `${p.nameZh} ${s.nameZh} · ${yuan(s.priceFen)}` })),
  );
  const needed = { required: true, message: t('field.required') };
  const after = (than: 'opensOn' | 'endsOn', least: number) => ({
    validator: (_: unknown, value: string | undefined) => {
      const before: string = form.getFieldValue(than) ?? '';
      return !value || !before || value >= addDays(before, least)
        ? Promise.resolve()
        : Promise.reject(new Error(t('crowd.f.orderWrong')));
    },
  });
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      className="form"
      initialValues={of ? valuesOf(of) : { ...empty(), org: is('operator') ? undefined : sellers[0]?.value }}
      onFinish={(values) => onSubmit(bodyOf({ ...values, org: values.org ?? org }))}
      scrollToFirstError={{ block: 'center', focus: true }}
    >
      <div className="form-row">
        <Form.Item name="titleZh" label={t('crowd.f.titleZh')} rules={[{ ...needed, whitespace: true, min: 2 }]}>
          <Input maxLength={60} showCount />
        </Form.Item>
        <Form.Item name="titleEn" label={t('crowd.f.titleEn')}>
          <Input maxLength={120} />
        </Form.Item>
      </div>
      <div className="form-row">
        <Form.Item name="org" label={t('crowd.f.org')} rules={[needed]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={sellers}
            onChange={() => {
              form.setFieldValue('sku', undefined);
              form.setFieldValue(
                'tiers',
                (form.getFieldValue('tiers') as Values['tiers']).map((tier) => ({ ...tier, sku: undefined })),
              );
            }}
          />
        </Form.Item>
        <Form.Item name="sku" label={t('crowd.f.sku')} extra={t('crowd.f.skuHint')} rules={[needed]}>
          <Select
            disabled={org === undefined}
            loading={products.isFetching}
            showSearch={{ optionFilterProp: 'label' }}
            options={skus}
          />
        </Form.Item>
      </div>
      <Form.Item name="storyZh" label={t('crowd.f.storyZh')} extra={t('crowd.f.storyHint')}>
        <Input.TextArea autoSize={{ minRows: 4, maxRows: 14 }} maxLength={8000} />
      </Form.Item>
      <Form.Item name="storyEn" label={t('crowd.f.storyEn')}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 14 }} maxLength={8000} />
      </Form.Item>
      <div className="form-row">
        <Form.Item name="goal" label={t('crowd.f.goal')} rules={[needed, aboveZero(t('field.required'))]}>
          <Input prefix="¥" inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <Form.Item name="fund" label={t('crowd.f.fund')} rules={[needed]}>
          <InputNumber min={0} max={100} precision={2} />
        </Form.Item>
      </div>
      <div className="form-row">
        <Form.Item name="opensOn" label={t('crowd.f.opensOn')} rules={[needed]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item
          name="endsOn"
          label={t('crowd.f.endsOn')}
          dependencies={['opensOn']}
          rules={[needed, after('opensOn', 0)]}
        >
          <Input type="date" />
        </Form.Item>
        <Form.Item
          name="deliverBy"
          label={t('crowd.f.deliverBy')}
          dependencies={['endsOn']}
          rules={[needed, after('endsOn', 1)]}
        >
          <Input type="date" />
        </Form.Item>
      </div>
      <HouseholdFields of={of} org={org} />
      <TierFields skus={skus} loading={products.isFetching} />
      <FormProblem error={error} form={form} fields={fields} />
      <FormEnd busy={busy} onCancel={onCancel} />
    </Form>
  );
}

const fields = {
  ...{ goalFen: 'goal', fundBp: 'fund' },
  households: ['households', 0, 'household'],
  tiers: ['tiers', 0, 'nameZh'],
};

const aboveZero = (words: string) => ({
  validator: (_: unknown, text: string | undefined) =>
    !text || fen(text) > 0 ? Promise.resolve() : Promise.reject(new Error(words)),
});

/** Whose project it is: each household once, with its share; together all of the households' part. */
function HouseholdFields({ of, org }: { of: Project | undefined; org: string | undefined }) {
  const { t } = useWords();
  const form = Form.useFormInstance<Values>();
  const { options, loading, search, own } = useNameable(of, org);
  const rows = Form.useWatch('households', form) ?? [];
  const sum = sumOf(rows.map((one) => bp(one?.percent)));
  return (
    <fieldset className="form-group">
      <legend>{t('crowd.f.households')}</legend>
      <p className={sum === 10_000 ? 'mute' : 'bad'} role="status">
        {t('crowd.f.householdsHint', { percent: sum / 100 })}
      </p>
      {own ? <p className="mute">{t('crowd.f.householdsOwn')}</p> : null}
      <Form.List
        name="households"
        rules={[
          {
            validator: (_, value: Values['households'] = []) =>
              sumOf(value.map((one) => bp(one?.percent))) === 10_000
                ? Promise.resolve()
                : Promise.reject(new Error(t('crowd.f.sumWrong'))),
          },
        ]}
      >
        {(items, { add, remove }, { errors }) => (
          <>
            {items.map(({ key, name }) => (
              <div key={key} className="form-line">
                <Form.Item
                  name={[name, 'household']}
                  label={t('crowd.household')}
                  rules={[
                    { required: true, message: t('field.required') },
                    {
                      validator: (_, value: string | undefined) =>
                        value && rows.filter((one) => one?.household === value).length > 1
                          ? Promise.reject(new Error(t('crowd.f.twice')))
                          : Promise.resolve(),
                    },
                  ]}
                >
                  <Select
                    loading={loading}
                    options={options}
                    showSearch={search ? { filterOption: false, onSearch: search } : { optionFilterProp: 'label' }}
                  />
                </Form.Item>
                <Form.Item
                  name={[name, 'percent']}
                  label={t('crowd.f.percent')}
                  rules={[{ required: true, message: t('field.required') }]}
                >
                  <InputNumber min={0.01} max={100} precision={2} suffix="%" />
                </Form.Item>
                {items.length > 1 ? (
                  <Button type="link" onClick={() => remove(name)}>
                    {t('action.remove')}
                  </Button>
                ) : null}
              </div>
            ))}
            <Form.ErrorList errors={errors} />
            <div className="row-actions">
              <Button onClick={() => add({})}>{t('crowd.f.addHousehold')}</Button>
              <Button
                onClick={() => {
                  const equal = equalShares(rows.length);
                  form.setFieldValue(
                    'households',
                    rows.map((one, at) => ({ ...one, percent: (equal[at] ?? 0) / 100 })),
                  );
                }}
              >
                {t('crowd.f.equal')}
              </Button>
            </div>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}

/**
 * Households that whoever drafts may name: all of the county for those who may look them up, found by the server as they
 * type; for an organisation's own people those that have an agreement with it.
 */
function useNameable(of: Project | undefined, org: string | undefined) {
  const { county, may } = useCounty();
  const [sought, setSought] = useState('');
  const named = may(registry.households);
  const found = useQuery({
    ...ask('registry', 'households', { params: { county }, query: { q: sought || undefined, size: 50 } }),
    enabled: named,
  });
  const agreements = useQuery({
    ...ask('benefit', 'agreements', { params: { county }, query: { org, size: 50 } }),
    enabled: !named && org !== undefined && may(benefit.agreements),
  });
  const details = useQueries({
    queries: (agreements.data?.rows ?? [])
      .filter((one) => one.households > 0)
      .map((one) => ask('benefit', 'agreement', { params: { county, id: one.id } })),
  });
  // Those the draft names already keep their words while others are looked for.
  const options = new Map((of?.shares ?? []).map((one) => [one.household, one.householdCode]));
  for (const one of found.data?.rows ?? []) options.set(one.id, `${one.headMasked} ${one.code} ${one.villageName}`);
  for (const party of details.flatMap((one) => one.data?.parties ?? [])) {
    if (party.household) options.set(party.household, `${party.headMasked ?? ''} ${party.householdCode ?? ''}`.trim());
  }
  const [kept] = useState(new Map<string, string>());
  for (const [value, label] of options) kept.set(value, label);
  return {
    options: [...(sought ? options : kept)].map(([value, label]) => ({ value, label })),
    loading: found.isFetching || agreements.isFetching,
    search: named ? setSought : undefined,
    own: !named,
  };
}

/** What backers may choose: a price, what it costs, what is owed for it and how many there are. */
function TierFields({ skus, loading }: { skus: { value: string; label: string }[]; loading: boolean }) {
  const { t } = useWords();
  const form = Form.useFormInstance<Values>();
  const fund = bp(Form.useWatch('fund', form));
  const tiers = Form.useWatch('tiers', form) ?? [];
  const needed = { required: true, message: t('field.required') };
  const leftOf = (at: number) => {
    const price = fen(tiers[at]?.price);
    return price - fen(tiers[at]?.cost) - Math.floor((price * fund) / 10_000);
  };
  return (
    <Form.List name="tiers">
      {(items, { add, remove }) => (
        <>
          {items.map(({ key, name }) => (
            <fieldset key={key} className="form-group">
              <legend>{t('crowd.f.tierN', { n: name + 1 })}</legend>
              <div className="form-row">
                <Form.Item
                  name={[name, 'nameZh']}
                  label={t('crowd.f.tierZh')}
                  rules={[{ ...needed, whitespace: true, min: 2 }]}
                >
                  <Input maxLength={60} />
                </Form.Item>
                <Form.Item name={[name, 'nameEn']} label={t('crowd.f.tierEn')}>
                  <Input maxLength={120} />
                </Form.Item>
              </div>
              <div className="form-row">
                <Form.Item
                  name={[name, 'price']}
                  label={t('crowd.f.price')}
                  extra={leftOf(name) > 0 ? t('crowd.f.each', { yuan: yuan(leftOf(name)) }) : undefined}
                  rules={[needed, aboveZero(t('field.required'))]}
                >
                  <Input prefix="¥" inputMode="decimal" autoComplete="off" />
                </Form.Item>
                <Form.Item
                  name={[name, 'cost']}
                  label={t('crowd.f.cost')}
                  extra={t('crowd.f.costHint')}
                  dependencies={[['tiers', name, 'price'], 'fund']}
                  rules={[
                    needed,
                    {
                      validator: () =>
                        fen(tiers[name]?.price) === 0 || leftOf(name) > 0
                          ? Promise.resolve()
                          : Promise.reject(new Error(t('crowd.f.costHigh'))),
                    },
                  ]}
                >
                  <Input prefix="¥" inputMode="decimal" autoComplete="off" />
                </Form.Item>
              </div>
              <div className="form-row">
                <Form.Item name={[name, 'sku']} label={t('crowd.f.owed')} extra={t('crowd.f.owedHint')}>
                  <Select allowClear loading={loading} showSearch={{ optionFilterProp: 'label' }} options={skus} />
                </Form.Item>
                <Form.Item name={[name, 'packs']} label={t('crowd.f.packs')}>
                  <InputNumber min={1} max={99} precision={0} disabled={!tiers[name]?.sku} />
                </Form.Item>
              </div>
              <div className="form-row">
                <Form.Item name={[name, 'places']} label={t('crowd.f.places')} rules={[needed]}>
                  <InputNumber min={1} max={100_000} precision={0} />
                </Form.Item>
                <Form.Item name={[name, 'limit']} label={t('crowd.f.limit')} rules={[needed]}>
                  <InputNumber min={1} max={1000} precision={0} />
                </Form.Item>
              </div>
              {items.length > 1 ? (
                <Button type="link" onClick={() => remove(name)}>
                  {t('action.remove')}
                </Button>
              ) : null}
            </fieldset>
          ))}
          {items.length < 20 ? (
            <p>
              <Button onClick={() => add({ packs: 1, limit: 5 })}>{t('crowd.f.addTier')}</Button>
            </p>
          ) : null}
        </>
      )}
    </Form.List>
  );
}
