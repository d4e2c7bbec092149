import { Form, Input, InputNumber, Radio, Select } from 'antd';
import { type FreightBearer, freightBearers, freightBearerWords } from '#trade/contract';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, today } from '../../format.ts';
import { type PlainKey, useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { RuleDays, RuleHead, RuleScope } from '../../parts/rule-fields.tsx';
import { useCounty } from '../../session/session.ts';

type Values = {
  position: number;
  name: string;
  basis: string;
  org?: string;
  category?: string;
  product?: string;
  returnDays: number;
  damageHours: number;
  free: number;
  step: number;
  cap: number;
  autoFen: string;
  damageBearer: 'merchant' | 'fund';
  merchantHours: number;
  buyerDays: number;
  arrivalDays: number;
  resendDays: number;
  countyDays: number;
  returnFaultBearer: FreightBearer;
  returnChoiceBearer: FreightBearer;
  exchangeFaultBearer: FreightBearer;
  exchangeChoiceBearer: FreightBearer;
  freightCap: string;
  weigh: string;
  validFrom: string;
  validUntil?: string;
};

const usual: Partial<Values> = {
  position: 100,
  returnDays: 7,
  damageHours: 48,
  free: 5,
  step: 10,
  cap: 100,
  autoFen: '20',
  damageBearer: 'merchant',
  merchantHours: 48,
  buyerDays: 7,
  arrivalDays: 10,
  resendDays: 3,
  countyDays: 7,
  returnFaultBearer: 'merchant',
  returnChoiceBearer: 'buyer',
  exchangeFaultBearer: 'merchant',
  exchangeChoiceBearer: 'buyer',
  freightCap: '30',
  weigh: '5',
};

const clocks = [
  ['merchantHours', 'asr.merchantHours', 720],
  ['buyerDays', 'asr.buyerDays', 90],
  ['arrivalDays', 'asr.arrivalDays', 90],
  ['resendDays', 'asr.resendDays', 90],
  ['countyDays', 'asr.countyDays', 90],
] as const satisfies readonly (readonly [keyof Values, PlainKey, number])[];

const bearers = [
  ['returnFaultBearer', 'asr.returnFault'],
  ['returnChoiceBearer', 'asr.returnChoice'],
  ['exchangeFaultBearer', 'asr.exchangeFault'],
  ['exchangeChoiceBearer', 'asr.exchangeChoice'],
] as const satisfies readonly (readonly [keyof Values, PlainKey])[];

const fields = {
  damageFreeBp: 'free',
  damageStepBp: 'step',
  damageCapBp: 'cap',
  damageAutoFen: 'autoFen',
  weighToleranceFen: 'weigh',
  returnFreightCapFen: 'freightCap',
};

/** Adds terms of after-sale. They are never edited: new ones with a lower number go before the old. */
export function AddAfterSaleRule({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.trade.addAfterSaleRule, {
    onDone: () => {
      form.resetFields();
      onClose();
    },
  });
  const needed = [{ required: true, message: t('field.required') }];
  const amount = {
    validator: (_: unknown, text: string) =>
      readYuan(text ?? '') === undefined ? Promise.reject(new Error(t('sku.priceNeeded'))) : Promise.resolve(),
  };
  const percent = { min: 0, max: 100, precision: 2, suffix: '%', inputMode: 'decimal' } as const;
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('asr.add')} onClose={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ ...usual, validFrom: today() }}
        onFinish={(v) =>
          act.run({
            params: { county },
            body: {
              position: v.position,
              name: v.name.trim(),
              basis: v.basis.trim(),
              org: v.org ?? null,
              category: v.category ?? null,
              product: v.product ?? null,
              returnDays: v.returnDays,
              damageHours: v.damageHours,
              damageFreeBp: Math.round(v.free * 100),
              damageStepBp: Math.round(v.step * 100),
              damageCapBp: Math.round(v.cap * 100),
              damageAutoFen: readYuan(v.autoFen) ?? 0,
              damageBearer: v.damageBearer,
              merchantHours: v.merchantHours,
              buyerDays: v.buyerDays,
              arrivalDays: v.arrivalDays,
              resendDays: v.resendDays,
              countyDays: v.countyDays,
              returnFaultBearer: v.returnFaultBearer,
              returnChoiceBearer: v.returnChoiceBearer,
              exchangeFaultBearer: v.exchangeFaultBearer,
              exchangeChoiceBearer: v.exchangeChoiceBearer,
              returnFreightCapFen: readYuan(v.freightCap) ?? 0,
              weighToleranceFen: readYuan(v.weigh) ?? 0,
              validFrom: v.validFrom,
              validUntil: v.validUntil || null,
            },
          })
        }
      >
        <RuleHead />
        <RuleScope />
        <div className="form-row">
          <Form.Item name="returnDays" label={t('asr.returnDays')} extra={t('asr.returnDaysWords')} rules={needed}>
            <InputNumber min={0} max={90} precision={0} />
          </Form.Item>
          <Form.Item name="damageHours" label={t('asr.damageHours')} rules={needed}>
            <InputNumber min={0} max={720} precision={0} />
          </Form.Item>
        </div>
        <div className="form-row form-row-three">
          <Form.Item name="free" label={t('asr.free')} rules={needed}>
            <InputNumber {...percent} />
          </Form.Item>
          <Form.Item name="step" label={t('asr.step')} rules={needed}>
            <InputNumber {...percent} min={0.01} />
          </Form.Item>
          <Form.Item name="cap" label={t('asr.cap')} rules={needed}>
            <InputNumber {...percent} min={0.01} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="autoFen" label={t('asr.autoFen')} rules={[amount]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
          <Form.Item name="damageBearer" label={t('asr.bearer')}>
            <Radio.Group
              options={[
                { value: 'merchant', label: t('case.bearer.merchant') },
                { value: 'fund', label: t('case.bearer.fund') },
              ]}
            />
          </Form.Item>
        </div>
        <div className="form-row">
          {clocks.map(([name, label, max]) => (
            <Form.Item key={name} name={name} label={t(label)} rules={needed}>
              <InputNumber min={1} max={max} precision={0} />
            </Form.Item>
          ))}
          <Form.Item name="weigh" label={t('asr.weigh')} extra={t('asr.weighWords')} rules={[amount]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
        </div>
        <div className="form-row">
          {bearers.map(([name, label]) => (
            <Form.Item key={name} name={name} label={t(label)}>
              <Select options={freightBearers.map((value) => ({ value, label: say(freightBearerWords[value]) }))} />
            </Form.Item>
          ))}
          <Form.Item name="freightCap" label={t('asr.freightCap')} rules={[amount]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
        </div>
        <RuleDays />
        <FormProblem error={act.error} form={form} fields={fields} />
      </Form>
    </FormModal>
  );
}
