import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input, Select } from 'antd';
import { useEffect } from 'react';
import type { FreightRule } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readWeight, readYuan, weightNumber, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { useCounty } from '../../session/session.ts';

type Values = {
  toRegion: string;
  first: string;
  firstFee: string;
  step: string;
  stepFee: string;
  free?: string;
  coldFirst?: string;
  coldStep?: string;
  noCold: boolean;
  freeCold: boolean;
};

/** Sets what it costs to send to a province, or to everywhere that has no row of its own. */
export function SetFreight({ rule, onClose }: { rule: FreightRule | 'new' | undefined; onClose: () => void }) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.trade.setFreightRule, { onDone: onClose });
  const provinces = useQuery({ ...ask('registry', 'regions'), enabled: rule !== undefined });
  const noCold = Form.useWatch('noCold', form);
  useEffect(() => {
    if (!rule) return;
    form.setFieldsValue(
      rule === 'new'
        ? { toRegion: '', first: '1', firstFee: '', step: '1', stepFee: '', free: '', ...noSurcharge }
        : {
            toRegion: rule.toRegion,
            first: weightNumber(rule.firstGrams, 'kg'),
            firstFee: yuanInput(rule.firstFen),
            step: weightNumber(rule.stepGrams, 'kg'),
            stepFee: yuanInput(rule.stepFen),
            free: rule.freeFromFen ? yuanInput(rule.freeFromFen) : '',
            coldFirst: yuanInput(rule.coldFirstFen ?? 0),
            coldStep: yuanInput(rule.coldStepFen),
            noCold: rule.coldFirstFen === null,
            freeCold: rule.freeCoversCold,
          },
    );
  }, [rule, form]);
  const places = [
    { value: '', label: t('region.country') },
    ...(provinces.data ?? []).map((r) => ({ value: r.code.slice(0, 2), label: r.name })),
  ];
  const known = rule && rule !== 'new' && !places.some((p) => p.value === rule.toRegion);
  const amount = {
    validator: (_: unknown, text: string | undefined) =>
      readYuan(text ?? '') === undefined ? Promise.reject(new Error(t('rules.amountNeeded'))) : Promise.resolve(),
  };
  const kilograms = {
    validator: (_: unknown, text: string | undefined) =>
      readWeight(text ?? '', 'kg') ? Promise.resolve() : Promise.reject(new Error(t('pack.gramsNeeded'))),
  };
  const kg = locale === 'zh' ? '公斤' : 'kg';
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={rule !== undefined}
      title={t('rules.setFreight')}
      forceRender
      onClose={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={(v) =>
          act.run({
            params: { county },
            body: {
              toRegion: v.toRegion,
              firstGrams: readWeight(v.first, 'kg') ?? 0,
              firstFen: readYuan(v.firstFee) ?? 0,
              stepGrams: readWeight(v.step, 'kg') ?? 0,
              stepFen: readYuan(v.stepFee) ?? 0,
              freeFromFen: v.free ? (readYuan(v.free) ?? null) : null,
              coldFirstFen: v.noCold ? null : (readYuan(v.coldFirst ?? '') ?? 0),
              coldStepFen: readYuan(v.coldStep ?? '') ?? 0,
              freeCoversCold: v.freeCold,
            },
          })
        }
      >
        <Form.Item name="toRegion" label={t('order.to')}>
          <Select
            disabled={rule !== 'new'}
            showSearch={{ optionFilterProp: 'label' }}
            options={known ? [...places, { value: rule.toRegion, label: rule.toName }] : places}
          />
        </Form.Item>
        <div className="form-row">
          <Form.Item name="first" label={t('rules.first')} rules={[kilograms]}>
            <Input inputMode="decimal" suffix={kg} autoComplete="off" />
          </Form.Item>
          <Form.Item name="firstFee" label={t('rules.firstFee')} rules={[amount]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="step" label={t('rules.step')} rules={[kilograms]}>
            <Input inputMode="decimal" suffix={kg} autoComplete="off" />
          </Form.Item>
          <Form.Item name="stepFee" label={t('rules.stepFee')} rules={[amount]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
        </div>
        <Form.Item
          name="free"
          label={t('rules.free')}
          extra={t('rules.freeWords')}
          rules={[
            {
              validator: (_, text: string | undefined) =>
                !text || (readYuan(text) ?? 0) > 0
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('sku.priceNeeded'))),
            },
          ]}
        >
          <Input prefix="¥" inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <Form.Item name="noCold" valuePropName="checked">
          <Checkbox>{t('freight.noCold')}</Checkbox>
        </Form.Item>
        {noCold ? null : (
          <>
            <div className="form-row">
              <Form.Item name="coldFirst" label={t('freight.coldFirst')} rules={[amount]}>
                <Input prefix="¥" inputMode="decimal" autoComplete="off" />
              </Form.Item>
              <Form.Item name="coldStep" label={t('freight.coldStep')} rules={[amount]}>
                <Input prefix="¥" inputMode="decimal" autoComplete="off" />
              </Form.Item>
            </div>
            <p className="hint">{t('freight.coldWords')}</p>
            <Form.Item name="freeCold" valuePropName="checked">
              <Checkbox>{t('freight.freeCold')}</Checkbox>
            </Form.Item>
          </>
        )}
        <FormProblem error={act.error} form={form} fields={freightFields} />
      </Form>
    </FormModal>
  );
}

const noSurcharge = { coldFirst: '0', coldStep: '0', noCold: false, freeCold: false };

const freightFields = {
  firstGrams: 'first',
  firstFen: 'firstFee',
  stepGrams: 'step',
  stepFen: 'stepFee',
  freeFromFen: 'free',
  coldFirstFen: 'coldFirst',
  coldStepFen: 'coldStep',
};
