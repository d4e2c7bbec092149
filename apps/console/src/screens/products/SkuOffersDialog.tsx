import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input, InputNumber, Modal } from 'antd';
import { useEffect } from 'react';
import type { Sku } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, yuan, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';

type Step = { fromPacks?: number; price?: string };
type Values = {
  minPacks: number;
  stepPacks: number;
  buyerPacks?: number | null;
  holdMinutes: number;
  byWeight: boolean;
  tiers: Step[];
  member?: string;
  institutionPacks?: number | null;
  institution?: string;
};

/** How a SKU is sold and what it costs below its list price: by quantity, for members, for institutions. */
export function SkuOffersDialog({
  county,
  product,
  sku,
  onClose,
}: {
  county: number;
  product: string;
  sku: Sku | undefined;
  onClose: () => void;
}) {
  const { t, say } = useWords();
  const [form] = Form.useForm<Values>();
  const offers = useQuery({
    ...ask('trade', 'productOffers', { params: { county, id: product } }),
    enabled: sku !== undefined,
  });
  const prices = useAct(api.trade.setSkuPrices, {
    onDone: ({ warnings }) => {
      if (warnings.length === 0) onClose();
    },
  });
  const terms = useAct(api.trade.setSkuTerms);
  const known = offers.data?.skus.find((of) => of.sku === sku?.id);
  const { reset } = prices;
  useEffect(() => {
    reset();
    if (!known) return;
    form.setFieldsValue({
      ...known.terms,
      tiers: known.tiers.map((tier) => ({ fromPacks: tier.fromPacks, price: yuanInput(tier.priceFen) })),
      member: known.memberFen === null ? '' : yuanInput(known.memberFen),
      institutionPacks: known.institution?.fromPacks ?? null,
      institution: known.institution ? yuanInput(known.institution.priceFen) : '',
    });
  }, [known, form, reset]);
  const price = {
    validator: (_: unknown, text: string | undefined) =>
      !text || (readYuan(text) ?? 0) > 0 ? Promise.resolve() : Promise.reject(new Error(t('sku.priceNeeded'))),
  };
  const save = (v: Values) => {
    if (!sku) return;
    const params = { county, id: sku.id };
    const { minPacks, stepPacks, buyerPacks = null, holdMinutes, byWeight } = v;
    terms.run({ params, body: { minPacks, stepPacks, buyerPacks, holdMinutes, byWeight } });
    const institutionFen = readYuan(v.institution ?? '');
    prices.run({
      params,
      body: {
        tiers: (v.tiers ?? []).map((tier) => ({
          fromPacks: tier.fromPacks ?? 0,
          priceFen: readYuan(tier.price ?? '') ?? 0,
        })),
        memberFen: readYuan(v.member ?? '') ?? null,
        institution: institutionFen ? { fromPacks: v.institutionPacks ?? 1, priceFen: institutionFen } : null,
      },
    });
  };
  const packs = { min: 1, max: 999, precision: 0 } as const;
  return (
    <Modal
      open={sku !== undefined}
      title={sku ? `${t('terms.title')} · ${sku.nameZh}` : ''}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: prices.busy || terms.busy, disabled: !known }}
      onOk={() => form.submit()}
      onCancel={onClose}
      forceRender
    >
      <Form<Values> form={form} layout="vertical" onFinish={save}>
        <div className="form-row">
          <Form.Item name="minPacks" label={t('terms.min')} rules={[{ required: true, message: t('field.required') }]}>
            <InputNumber {...packs} />
          </Form.Item>
          <Form.Item
            name="stepPacks"
            label={t('terms.step')}
            rules={[{ required: true, message: t('field.required') }]}
          >
            <InputNumber {...packs} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="buyerPacks" label={t('terms.limit')}>
            <InputNumber min={1} max={100_000} precision={0} />
          </Form.Item>
          <Form.Item
            name="holdMinutes"
            label={t('terms.hold')}
            rules={[{ required: true, message: t('field.required') }]}
          >
            <InputNumber min={1} max={1440} precision={0} />
          </Form.Item>
        </div>
        <Form.Item name="byWeight" valuePropName="checked">
          <Checkbox>{t('terms.byWeight')}</Checkbox>
        </Form.Item>
        <p className="hint">
          {t('terms.tiers')}
          {sku ? ` · ${t('promo.listPrice', { price: yuan(sku.priceFen) })}` : ''}
        </p>
        <Form.List name="tiers">
          {(fields, { add, remove }) => (
            <>
              {fields.map((field) => (
                <div className="form-row" key={field.key}>
                  <Form.Item
                    name={[field.name, 'fromPacks']}
                    label={t('terms.tierPacks')}
                    rules={[{ required: true, message: t('field.required') }]}
                  >
                    <InputNumber {...packs} min={2} />
                  </Form.Item>
                  <Form.Item
                    name={[field.name, 'price']}
                    label={t('terms.tierPrice')}
                    rules={[{ required: true, message: t('promo.priceNeeded') }, price]}
                  >
                    <Input
                      prefix="¥"
                      inputMode="decimal"
                      autoComplete="off"
                      suffix={
                        <Button type="link" size="small" onClick={() => remove(field.name)}>
                          {t('action.remove')}
                        </Button>
                      }
                    />
                  </Form.Item>
                </div>
              ))}
              <Button onClick={() => add({})} disabled={fields.length >= 10}>
                {t('terms.addTier')}
              </Button>
            </>
          )}
        </Form.List>
        <Form.Item name="member" label={t('terms.member')} rules={[price]} style={{ marginTop: 16 }}>
          <Input prefix="¥" inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <div className="form-row">
          <Form.Item name="institution" label={t('terms.institution')} rules={[price]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
          <Form.Item name="institutionPacks" label={t('terms.institutionPacks')}>
            <InputNumber {...packs} />
          </Form.Item>
        </div>
        {prices.answer?.warnings.map((warning) => (
          <Alert key={warning.sku} type="warning" showIcon title={say(warning)} />
        ))}
        <FormProblem error={prices.error ?? terms.error} form={form} fields={priceFields} />
      </Form>
    </Modal>
  );
}

const priceFields = { memberFen: 'member', priceFen: 'tiers' };
