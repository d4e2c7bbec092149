import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useEffect } from 'react';
import { feeBearers, feeBearerWords, settlementPartWords, sharedParts } from '#trade/contract';
import type { SettlementRule } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, today, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { RuleDays, RuleHead, RuleScope } from '../../parts/rule-fields.tsx';
import { useCounty } from '../../session/session.ts';

type Values = {
  position: number;
  name: string;
  basis: string;
  org?: string;
  product?: string;
  category?: string;
  station: number;
  platform: number;
  fund: number;
  levy: number;
  household: number;
  perPack?: string;
  feeBearer: (typeof feeBearers)[number];
  bounds: BoundValues[];
  validFrom: string;
  validUntil?: string;
  reason?: string;
};
type BoundValues = { part: (typeof sharedParts)[number]; per: 'line' | 'order'; floor?: string; cap?: string };

/** Percent of two decimals as basis points. */
const bp = (percent: number | null | undefined) => Math.round((percent ?? 0) * 100);

const valuesOf = (rule: SettlementRule): Partial<Values> => ({
  position: rule.position,
  name: rule.name,
  basis: rule.basis,
  org: rule.org ?? undefined,
  product: rule.product ?? undefined,
  category: rule.category ?? undefined,
  station: rule.stationBp / 100,
  platform: rule.platformBp / 100,
  fund: rule.fundBp / 100,
  levy: rule.levyBp / 100,
  household: rule.householdBp / 100,
  perPack: rule.householdFenPerPack ? yuanInput(rule.householdFenPerPack) : '',
  feeBearer: rule.feeBearer,
  bounds: rule.bounds.map(({ part, per, floorFen, capFen }) => ({
    part,
    per,
    floor: floorFen === null ? '' : yuanInput(floorFen),
    cap: capFen === null ? '' : yuanInput(capFen),
  })),
  validFrom: rule.validFrom > today() ? rule.validFrom : today(),
  validUntil: rule.validUntil ?? '',
});

/** Yuan as fen, or nothing where the field is empty. */
const fenOrNull = (text: string | undefined) => (text ? (readYuan(text) ?? null) : null);

/** Adds a settlement rule, or puts another in a rule's place: what is written is never edited. */
export function RuleForm({ rule, onClose }: { rule: SettlementRule | 'new' | undefined; onClose: () => void }) {
  const open = rule !== undefined;
  const old = rule === 'new' ? undefined : rule;
  const { t, say } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const done = {
    onDone: () => {
      form.resetFields();
      onClose();
    },
  };
  const add = useAct(api.trade.addSettlementRule, done);
  const replace = useAct(api.trade.replaceSettlementRule, done);
  const act = old ? replace : add;
  useEffect(() => {
    if (!open) return;
    form.resetFields();
    if (old) form.setFieldsValue(valuesOf(old));
  }, [open, old, form]);
  const shares = [
    Form.useWatch('station', form),
    Form.useWatch('platform', form),
    Form.useWatch('fund', form),
    Form.useWatch('levy', form),
    Form.useWatch('household', form),
  ];
  const rest = shares.reduce((left, share) => left - bp(share), 10_000);
  const optionalYuan = {
    validator: (_: unknown, text: string | undefined) =>
      !text || readYuan(text) !== undefined ? Promise.resolve() : Promise.reject(new Error(t('rules.amountNeeded'))),
  };
  const percent = {
    min: 0,
    max: 100,
    precision: 2,
    suffix: '%',
    inputMode: 'decimal',
    style: { width: '100%' },
  } as const;
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={old ? t('rules.replaceOf', { name: old.name }) : t('rules.add')}
      width={640}
      onClose={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          position: 100,
          station: 3,
          platform: 1.5,
          fund: 1,
          levy: 0,
          household: 0,
          feeBearer: 'platform',
          bounds: [],
          validFrom: today(),
        }}
        onFinish={(v) => {
          const body = {
            position: v.position,
            name: v.name.trim(),
            basis: v.basis.trim(),
            org: v.org ?? null,
            product: v.product ?? null,
            category: v.category ?? null,
            stationBp: bp(v.station),
            platformBp: bp(v.platform),
            fundBp: bp(v.fund),
            levyBp: bp(v.levy),
            householdBp: bp(v.household),
            householdFenPerPack: readYuan(v.perPack ?? '') ?? 0,
            feeBearer: v.feeBearer,
            bounds: (v.bounds ?? []).map(({ part, per, floor, cap }) => ({
              part,
              per,
              floorFen: fenOrNull(floor),
              capFen: fenOrNull(cap),
            })),
            validFrom: v.validFrom,
            validUntil: v.validUntil || null,
          };
          if (old) replace.run({ params: { county, id: old.id }, body: { ...body, reason: (v.reason ?? '').trim() } });
          else add.run({ params: { county }, body });
        }}
      >
        <RuleHead />
        <RuleScope />
        <div className="form-row form-row-three">
          <Form.Item name="station" label={t('share.station')}>
            <InputNumber {...percent} />
          </Form.Item>
          <Form.Item name="platform" label={t('share.platform')}>
            <InputNumber {...percent} />
          </Form.Item>
          <Form.Item name="fund" label={t('share.fund')}>
            <InputNumber {...percent} />
          </Form.Item>
          <Form.Item name="household" label={say(settlementPartWords.household)}>
            <InputNumber {...percent} />
          </Form.Item>
        </div>
        <Form.Item name="levy" label={say(settlementPartWords.levy)} extra={t('rules.levyWords')}>
          <InputNumber {...percent} />
        </Form.Item>
        <p className={rest < 0 ? 'bad rule-rest' : 'hint rule-rest'}>
          {rest < 0 ? t('rules.tooMuch') : t('rules.restIs', { percent: String(rest / 100) })}
        </p>
        <Form.Item
          name="perPack"
          label={t('rules.perPackYuan')}
          extra={t('rules.perPackWords')}
          rules={[
            {
              validator: (_, text: string | undefined) =>
                !text || readYuan(text) !== undefined
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('sku.priceNeeded'))),
            },
          ]}
        >
          <Input prefix="¥" inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <Form.Item name="feeBearer" label={t('rules.feeBearer')} extra={t('rules.feeBearerWords')}>
          <Select options={feeBearers.map((value) => ({ value, label: say(feeBearerWords[value]) }))} />
        </Form.Item>
        <Form.List name="bounds">
          {(fields, { add: addBound, remove }) => (
            <fieldset className="bounds">
              <legend>{t('rules.bounds')}</legend>
              <p className="hint">{t('rules.boundsWords')}</p>
              {fields.map((field) => (
                <div key={field.key} className="bound">
                  <Form.Item name={[field.name, 'part']} label={t('order.part')} rules={[{ required: true }]}>
                    <Select options={sharedParts.map((value) => ({ value, label: say(settlementPartWords[value]) }))} />
                  </Form.Item>
                  <Form.Item name={[field.name, 'per']} label={t('rules.per')}>
                    <Select
                      options={[
                        { value: 'line', label: t('rules.perLine') },
                        { value: 'order', label: t('rules.perOrder') },
                      ]}
                    />
                  </Form.Item>
                  <Form.Item name={[field.name, 'floor']} label={t('rules.floor')} rules={[optionalYuan]}>
                    <Input prefix="¥" inputMode="decimal" autoComplete="off" />
                  </Form.Item>
                  <Form.Item name={[field.name, 'cap']} label={t('rules.cap')} rules={[optionalYuan]}>
                    <Input prefix="¥" inputMode="decimal" autoComplete="off" />
                  </Form.Item>
                  <Button onClick={() => remove(field.name)}>{t('rules.boundAway')}</Button>
                </div>
              ))}
              {fields.length < sharedParts.length ? (
                <Button onClick={() => addBound({ part: 'station', per: 'line', floor: '', cap: '' })}>
                  {t('rules.boundAdd')}
                </Button>
              ) : null}
            </fieldset>
          )}
        </Form.List>
        <RuleDays />
        {old ? (
          <Form.Item
            name="reason"
            label={t('rules.why')}
            extra={t('rules.replaceWords')}
            rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
          >
            <Input maxLength={200} />
          </Form.Item>
        ) : null}
        <FormProblem error={act.error} form={form} fields={ruleFields} />
      </Form>
    </FormModal>
  );
}

const ruleFields = { stationBp: 'station', platformBp: 'platform', fundBp: 'fund', householdFenPerPack: 'perPack' };
