import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Segmented, Select } from 'antd';
import { useState } from 'react';
import {
  type AgreementKind,
  agreementKinds,
  agreementMakers,
  floorBearers,
  floorBearerWords,
  helpGiven,
  helpGivenWords,
  mechanismWords,
  payUnits,
  payUnitWords,
  shareClasses,
  shareClassWords,
  stakes,
  stakeWords,
  type Terms,
} from '#benefit/contract';
import { registry } from '#registry/contract';
import type { Agreement, Project } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { addDays, today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCrops } from '../../parts/crops.ts';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { useActableOrganisations } from '../../parts/organisations.ts';
import { useCounty } from '../../session/session.ts';

/** What the form says, as the server takes it. */
interface Written {
  org: string | undefined;
  households: string[];
  villages: string[];
  terms: Terms;
  startsOn: string;
  endsOn: string;
  words: string;
}

/** Fields of every kind, in the units people write: yuan, kilograms, per cent. */
interface Values {
  org?: string;
  kind: AgreementKind;
  households?: string[];
  villages?: { value: string; label: string }[];
  startsOn: string;
  endsOn: string;
  words: string;
  per?: 'margin' | 'unit';
  percent?: number;
  yuan?: number;
  products?: string[];
  crop?: string;
  grade?: string;
  kg?: number;
  season?: string;
  bearer?: (typeof floorBearers)[number];
  help?: (typeof helpGiven)[number][];
  business?: string;
  job?: string;
  unit?: (typeof payUnits)[number];
  stake?: (typeof stakes)[number];
  shares?: number;
  class?: (typeof shareClasses)[number];
  project?: string;
  deliverBy?: string;
}

const fen = (yuan: number | undefined) => Math.round((yuan ?? 0) * 100);

function termsOf(v: Values): Terms {
  switch (v.kind) {
    case 'shop':
      return v.per === 'unit'
        ? { kind: 'shop', per: 'unit', fen: fen(v.yuan), products: v.products ?? [] }
        : { kind: 'shop', per: 'margin', bp: fen(v.percent), products: v.products ?? [] };
    case 'industry':
      return {
        ...{ kind: 'industry', crop: v.crop ?? '', grade: v.grade?.trim() ?? '', floorFenPerKg: fen(v.yuan) },
        ...{ grams: Math.round((v.kg ?? 0) * 1000), season: v.season ?? '', bearer: v.bearer ?? 'firm' },
      };
    case 'startup':
      return {
        ...{ kind: 'startup', help: v.help ?? [], worthFen: fen(v.yuan) },
        ...(v.business && { business: v.business }),
      };
    case 'employment':
      return { kind: 'employment', job: v.job?.trim() ?? '', per: v.unit ?? 'day', fenPerUnit: fen(v.yuan) };
    case 'shareholding':
      return {
        ...{ kind: 'shareholding', stake: v.stake ?? 'money', stakeFen: fen(v.yuan), shares: v.shares ?? 1 },
        ...{ class: v.class ?? 'common', floorBp: fen(v.percent) },
      };
    case 'crowdfunding':
      return {
        ...{ kind: 'crowdfunding', project: v.project ?? '', bp: fen(v.percent) },
        ...{ deliverBy: v.deliverBy ?? today() },
      };
  }
}

function valuesOf(terms: Terms): Partial<Values> {
  switch (terms.kind) {
    case 'shop':
      return terms.per === 'unit'
        ? { kind: 'shop', per: 'unit', yuan: terms.fen / 100, products: terms.products }
        : { kind: 'shop', per: 'margin', percent: terms.bp / 100, products: terms.products };
    case 'industry':
      return {
        ...{ kind: 'industry', crop: terms.crop, grade: terms.grade, yuan: terms.floorFenPerKg / 100 },
        ...{ kg: terms.grams / 1000, season: terms.season, bearer: terms.bearer },
      };
    case 'startup':
      return { kind: 'startup', help: terms.help, yuan: terms.worthFen / 100, business: terms.business };
    case 'employment':
      return { kind: 'employment', job: terms.job, unit: terms.per, yuan: terms.fenPerUnit / 100 };
    case 'shareholding':
      return {
        ...{ kind: 'shareholding', stake: terms.stake, yuan: terms.stakeFen / 100, shares: terms.shares },
        ...{ class: terms.class, percent: terms.floorBp / 100 },
      };
    case 'crowdfunding':
      return {
        ...{ kind: 'crowdfunding', project: terms.project, percent: terms.bp / 100, deliverBy: terms.deliverBy },
      };
  }
}

/**
 * Drafts an agreement, or its next version when `of` is given: then kind, organisation and parties stand. A new one on a
 * crowdfunding project, `on`, begins with what the project says.
 */
export function AgreementForm({
  of,
  on,
  busy,
  error,
  onSubmit,
  onCancel,
}: {
  of?: Agreement;
  on?: Pick<Project, 'id' | 'org' | 'deliverBy'>;
  busy: boolean;
  error: unknown;
  onSubmit: (written: Written) => void;
  onCancel: () => void;
}) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form) ?? of?.kind ?? (on ? 'crowdfunding' : 'industry');
  const org = Form.useWatch('org', form) ?? on?.org;
  // Who may not look households up chooses villages; the county or the station names households for them.
  const named = may(registry.households);
  const [whom, setWhom] = useState<'households' | 'villages'>(named ? 'households' : 'villages');
  const [sought, setSought] = useState('');
  const makers = useActableOrganisations(agreementMakers[kind], !of);
  const households = useQuery({
    ...ask('registry', 'households', { params: { county }, query: { q: sought || undefined, size: 50 } }),
    enabled: named && !of && whom === 'households',
  });
  const needed = { required: true, message: t('field.required') };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      className="form"
      initialValues={
        of
          ? { ...valuesOf(of.terms), startsOn: of.startsOn, endsOn: of.endsOn, words: of.versions[0]?.words ?? '' }
          : {
              ...{ kind: 'industry', startsOn: today(), endsOn: addDays(today(), 364), words: '' },
              ...{ per: 'margin', bearer: 'firm', season: today().slice(0, 4), unit: 'day', stake: 'money' },
              ...{ class: 'common', products: [], grade: '一级' },
              ...(on && { kind: 'crowdfunding' as const, org: on.org, project: on.id, deliverBy: on.deliverBy }),
            }
      }
      onFinish={(values) =>
        onSubmit({
          org: values.org ?? makers[0]?.value,
          households: whom === 'households' ? (values.households ?? []) : [],
          villages: whom === 'villages' ? (values.villages ?? []).map((one) => one.value) : [],
          terms: termsOf({ ...values, kind }),
          ...{ startsOn: values.startsOn, endsOn: values.endsOn, words: values.words ?? '' },
        })
      }
      scrollToFirstError={{ block: 'center', focus: true }}
    >
      {of ? null : (
        <>
          <Form.Item name="kind" label={t('agr.kind')} extra={t('agr.kindHint')}>
            <Segmented
              options={agreementKinds.map((value) => ({ value, label: say(mechanismWords[value]) }))}
              onChange={() => form.setFieldsValue({ org: undefined, yuan: undefined, percent: undefined })}
            />
          </Form.Item>
          <Form.Item name="org" label={t('agr.org')} rules={[needed]}>
            <Select showSearch={{ optionFilterProp: 'label' }} options={makers} />
          </Form.Item>
          {named ? (
            <Form.Item label={t('agr.with')}>
              <Segmented
                value={whom}
                onChange={setWhom}
                options={[
                  { value: 'households' as const, label: t('agr.withHouseholds') },
                  { value: 'villages' as const, label: t('agr.withVillages') },
                ]}
              />
            </Form.Item>
          ) : null}
          {whom === 'households' ? (
            <Form.Item name="households" label={t('agr.households')} rules={[needed]}>
              <Select
                mode="multiple"
                loading={households.isFetching}
                showSearch={{ filterOption: false, onSearch: setSought }}
                options={households.data?.rows.map((h) => ({
                  value: h.id,
                  label: `${h.headMasked} ${h.code} ${h.villageName}`,
                }))}
              />
            </Form.Item>
          ) : (
            <Form.Item name="villages" label={t('agr.villages')} rules={[needed]}>
              <Villages />
            </Form.Item>
          )}
        </>
      )}
      <TermFields kind={kind} org={of?.org ?? org} />
      <div className="form-row">
        <Form.Item name="startsOn" label={t('agr.startsOn')} rules={[needed]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="endsOn" label={t('agr.endsOn')} rules={[needed]}>
          <Input type="date" />
        </Form.Item>
      </div>
      <Form.Item name="words" label={t('agr.words')}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <FormProblem error={error} form={form} />
      <div className="form-end">
        <Button onClick={onCancel}>{t('action.cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('agr.save')}
        </Button>
      </div>
    </Form>
  );
}

type Village = { value: string; label: string };

/** Villages of one township after the other; those of others stay chosen. */
function Villages({ id, value, onChange }: { id?: string; value?: Village[]; onChange?: (value: Village[]) => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [township, setTownship] = useState<string>();
  const townships = useQuery(ask('registry', 'regions', { query: { parent: String(county).padEnd(12, '0') } }));
  const villages = useQuery({
    ...ask('registry', 'regions', { query: { parent: township ?? '' } }),
    enabled: township !== undefined,
  });
  return (
    <div className="region-picker">
      <Select
        aria-label={t('region.township')}
        placeholder={t('region.township')}
        showSearch={{ optionFilterProp: 'label' }}
        options={townships.data?.map((r) => ({ value: r.code, label: r.name }))}
        value={township}
        onChange={setTownship}
      />
      <Select
        id={id}
        mode="multiple"
        labelInValue
        aria-label={t('agr.villages')}
        placeholder={t('region.village')}
        disabled={township === undefined && !value?.length}
        loading={villages.isFetching}
        showSearch={{ optionFilterProp: 'label' }}
        options={villages.data?.map((r) => ({ value: r.code, label: r.name }))}
        value={value}
        onChange={(next: Village[]) => onChange?.(next.map(({ value: code, label }) => ({ value: code, label })))}
      />
    </div>
  );
}

/** The fields of one kind. */
function TermFields({ kind, org }: { kind: AgreementKind; org: string | undefined }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const crops = useCrops();
  const per = Form.useWatch('per');
  const products = useQuery({
    ...ask('catalog', 'catalogProducts', { params: { county }, query: { org, size: 200 } }),
    enabled: kind === 'shop' && org !== undefined,
  });
  const businesses = useQuery({
    ...ask('registry', 'organisations', { params: { county }, query: { kind: 'merchant', size: 200 } }),
    enabled: kind === 'startup',
  });
  const projects = useQuery({
    ...ask('presale', 'projectFiles', { params: { county }, query: { org, size: 200 } }),
    enabled: kind === 'crowdfunding' && org !== undefined,
  });
  const needed = { required: true, message: t('field.required') };
  const choice = <K extends string>(values: readonly K[], words: Record<K, { zh: string; en: string }>) =>
    values.map((value) => ({ value, label: say(words[value]) }));
  const yuan = (label: string, min = 0.01) => (
    <Form.Item name="yuan" label={label} rules={[needed]}>
      <InputNumber min={min} max={10_000_000} precision={2} prefix="¥" />
    </Form.Item>
  );
  const percent = (label: string) => (
    <Form.Item name="percent" label={label} rules={[needed]}>
      <InputNumber min={0.01} max={100} precision={2} suffix="%" />
    </Form.Item>
  );
  switch (kind) {
    case 'shop':
      return (
        <>
          <div className="form-row">
            <Form.Item name="per" label={t('agr.t.per')}>
              <Segmented
                options={[
                  { value: 'margin', label: t('agr.t.margin') },
                  { value: 'unit', label: t('agr.t.unit') },
                ]}
              />
            </Form.Item>
            {per === 'unit' ? yuan(t('agr.t.fenPerUnit')) : percent(t('agr.t.percent'))}
          </div>
          <Form.Item name="products" label={t('agr.t.products')} extra={t('agr.t.productsHint')}>
            <Select
              mode="multiple"
              disabled={org === undefined}
              showSearch={{ optionFilterProp: 'label' }}
              options={products.data?.rows.map((p) => ({ value: p.id, label: p.nameZh }))}
            />
          </Form.Item>
        </>
      );
    case 'industry':
      return (
        <>
          <div className="form-row">
            <Form.Item name="crop" label={t('agr.t.crop')} rules={[needed]}>
              <Select showSearch={{ optionFilterProp: 'label' }} options={crops.grown} />
            </Form.Item>
            <Form.Item name="grade" label={t('agr.t.grade')} rules={[{ ...needed, whitespace: true }]}>
              <Input maxLength={60} />
            </Form.Item>
          </div>
          <div className="form-row">
            {yuan(t('agr.t.floor'))}
            <Form.Item name="kg" label={t('agr.t.kg')} rules={[needed]}>
              <InputNumber min={1} max={10_000_000} precision={1} />
            </Form.Item>
          </div>
          <div className="form-row">
            <Form.Item name="season" label={t('agr.t.season')} rules={[{ ...needed, pattern: /^\d{4}$/ }]}>
              <Input maxLength={4} inputMode="numeric" />
            </Form.Item>
            <Form.Item name="bearer" label={t('agr.t.bearer')}>
              <Select options={choice(floorBearers, floorBearerWords)} />
            </Form.Item>
          </div>
        </>
      );
    case 'startup':
      return (
        <>
          <div className="form-row">
            <Form.Item name="help" label={t('agr.t.help')} rules={[needed]}>
              <Select mode="multiple" options={choice(helpGiven, helpGivenWords)} />
            </Form.Item>
            {yuan(t('agr.t.worth'), 0)}
          </div>
          <Form.Item name="business" label={t('agr.t.business')} extra={t('agr.t.businessHint')}>
            <Select
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              options={businesses.data?.rows.map((one) => ({ value: one.id, label: one.name }))}
            />
          </Form.Item>
        </>
      );
    case 'employment':
      return (
        <>
          <Form.Item name="job" label={t('agr.t.job')} rules={[{ ...needed, whitespace: true }]}>
            <Input maxLength={60} />
          </Form.Item>
          <div className="form-row">
            <Form.Item name="unit" label={t('agr.t.payPer')}>
              <Select options={choice(payUnits, payUnitWords)} />
            </Form.Item>
            {yuan(t('agr.t.pay'))}
          </div>
        </>
      );
    case 'shareholding':
      return (
        <>
          <div className="form-row">
            <Form.Item name="stake" label={t('agr.t.stake')}>
              <Select options={choice(stakes, stakeWords)} />
            </Form.Item>
            {yuan(t('agr.t.stakeYuan'))}
          </div>
          <div className="form-row">
            <Form.Item name="shares" label={t('agr.t.shares')} rules={[needed]}>
              <InputNumber min={1} max={100_000_000} precision={0} />
            </Form.Item>
            <Form.Item name="class" label={t('agr.t.class')}>
              <Select options={choice(shareClasses, shareClassWords)} />
            </Form.Item>
          </div>
          {percent(t('agr.t.floorPercent'))}
        </>
      );
    case 'crowdfunding':
      return (
        <>
          <Form.Item name="project" label={t('agr.t.project')} rules={[needed]}>
            <Select
              disabled={org === undefined}
              loading={projects.isFetching}
              showSearch={{ optionFilterProp: 'label' }}
              options={projects.data?.rows.map((one) => ({ value: one.id, label: `${one.number} ${one.titleZh}` }))}
            />
          </Form.Item>
          <div className="form-row">
            {percent(t('agr.t.projectPercent'))}
            <Form.Item name="deliverBy" label={t('agr.t.deliverBy')} rules={[needed]}>
              <Input type="date" />
            </Form.Item>
          </div>
        </>
      );
  }
}
