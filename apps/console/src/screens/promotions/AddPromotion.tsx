import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { promotionKinds, promotionKindWords } from '#trade/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { useCounty } from '../../session/session.ts';
import { BearerFields } from './bearer-fields.tsx';
import { momentInput, readMoment } from './moments.ts';

type Body = Parameters<typeof api.trade.addPromotion>[0]['body'];
type Values = {
  kind: Body['kind'];
  name: string;
  nameEn?: string;
  bearer: Body['bearer'];
  org?: string;
  startsAt: string;
  endsAt: string;
  holdMinutes?: number | null;
  price?: string;
  pieces?: number | null;
  buyerPieces?: number | null;
  category?: string;
  onReduced?: boolean;
  repeats?: boolean;
  lines?: { sku?: string; packs?: number; price?: string; pieces?: number | null; buyerPacks?: number | null }[];
  steps?: { from?: string; off?: string }[];
};

const fen = (text: string | undefined) => readYuan(text ?? '') ?? 0;

function bodyOf(v: Values): Body {
  return {
    ...{
      kind: v.kind,
      name: v.name.trim(),
      nameEn: v.nameEn?.trim() || null,
      bearer: v.bearer,
      org: v.org ?? null,
      holdMinutes: v.holdMinutes ?? null,
    },
    startsAt: readMoment(v.startsAt) ?? '',
    endsAt: readMoment(v.endsAt) ?? '',
    ...(v.kind === 'bundle' && {
      ...{ priceFen: fen(v.price), pieces: v.pieces ?? null, buyerPieces: v.buyerPieces ?? null },
      lines: (v.lines ?? []).map((line) => ({ sku: line.sku ?? '', packs: line.packs ?? 1 })),
    }),
    ...(v.kind === 'campaign' && {
      lines: (v.lines ?? []).map((line) => ({
        ...{ sku: line.sku ?? '', priceFen: fen(line.price) },
        ...{ pieces: line.pieces ?? null, buyerPacks: line.buyerPacks ?? null },
      })),
    }),
    ...(v.kind === 'full_reduction' && {
      ...{ category: v.category ?? null, onReduced: v.onReduced ?? false, repeats: v.repeats ?? false },
      steps: (v.steps ?? []).map((step) => ({ fromFen: fen(step.from), offFen: fen(step.off) })),
    }),
  };
}

/** Makes a promotion; whatever should be known before it begins is said first, and then asked again. */
export function AddPromotion({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, say, locale } = useWords();
  const { county, is } = useCounty();
  const [form] = Form.useForm<Values>();
  const [warned, setWarned] = useState('');
  const close = () => {
    setWarned('');
    onClose();
  };
  const add = useAct(api.trade.addPromotion, { onDone: close });
  const check = useAct(api.trade.checkPromotion, {
    quiet: true,
    onDone: ({ warnings }, input) => {
      if (warnings.length === 0) add.run(input);
      else setWarned(JSON.stringify(input.body));
    },
  });
  const products = useQuery({
    ...ask('catalog', 'catalogProducts', { params: { county }, query: { size: 200, state: 'on_sale' } }),
    enabled: open,
  });
  const categories = useQuery({ ...ask('catalog', 'categories'), enabled: open });
  const kind = Form.useWatch('kind', form);
  const org = Form.useWatch('org', form);
  const skus = (products.data?.rows ?? [])
    .filter((p) => !org || p.org === org)
    .flatMap((p) => p.skus.map((s) => ({ value: s.id, label: `${p.nameZh} ${s.nameZh} · ${yuan(s.priceFen)}` })));
  const required = { required: true, message: t('field.required') };
  const amount = {
    validator: (_: unknown, text: string | undefined) =>
      fen(text) > 0 ? Promise.resolve() : Promise.reject(new Error(t('promo.priceNeeded'))),
  };
  const send = (v: Values) => {
    const body = bodyOf(v);
    const input = { params: { county }, body };
    if (warned === JSON.stringify(body)) add.run(input);
    else check.run(input);
  };
  return (
    <FormModal form={form} busy={add.busy || check.busy} open={open} title={t('promo.add')} onClose={close}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          kind: 'campaign',
          bearer: is('merchant') ? 'merchant' : is('operator') ? 'county' : 'platform',
          startsAt: momentInput(new Date()),
          endsAt: momentInput(new Date(Date.now() + 7 * 86_400_000)),
          lines: [{}],
          steps: [{}],
        }}
        onFinish={send}
      >
        <div className="form-row">
          <Form.Item name="kind" label={t('promo.kind')}>
            <Select options={promotionKinds.map((k) => ({ value: k, label: say(promotionKindWords[k]) }))} />
          </Form.Item>
          <Form.Item name="name" label={t('promo.name')} rules={[{ ...required, whitespace: true }]}>
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item name="nameEn" label={t('promo.nameEn')}>
            <Input maxLength={60} />
          </Form.Item>
        </div>
        <BearerFields open={open} />
        <div className="form-row">
          <Form.Item
            name="startsAt"
            label={t('promo.startsAt')}
            rules={[{ required: true, message: t('promo.timeNeeded') }]}
          >
            <Input type="datetime-local" />
          </Form.Item>
          <Form.Item
            name="endsAt"
            label={t('promo.endsAt')}
            rules={[{ required: true, message: t('promo.timeNeeded') }]}
          >
            <Input type="datetime-local" />
          </Form.Item>
        </div>
        {kind === 'full_reduction' ? (
          <>
            <Form.List name="steps">
              {(fields, { add: more, remove }) => (
                <>
                  {fields.map((field) => (
                    <div className="form-row" key={field.key}>
                      <Form.Item name={[field.name, 'from']} label={t('promo.from')} rules={[amount]}>
                        <Input prefix="¥" inputMode="decimal" autoComplete="off" />
                      </Form.Item>
                      <Form.Item name={[field.name, 'off']} label={t('promo.off')} rules={[amount]}>
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
                  <Button onClick={() => more({})}>{t('promo.addStep')}</Button>
                </>
              )}
            </Form.List>
            <Form.Item name="repeats" valuePropName="checked">
              <Checkbox>{t('promo.repeats')}</Checkbox>
            </Form.Item>
            <Form.Item name="onReduced" valuePropName="checked">
              <Checkbox>{t('promo.onReduced')}</Checkbox>
            </Form.Item>
            <Form.Item name="category" label={t('promo.category')}>
              <Select
                allowClear
                placeholder={t('rules.everything')}
                options={categories.data?.map((c) => ({
                  value: c.code,
                  label: locale === 'zh' ? c.nameZh : c.nameEn,
                }))}
              />
            </Form.Item>
          </>
        ) : (
          <>
            <Form.List name="lines">
              {(fields, { add: more, remove }) => (
                <>
                  {fields.map((field) => (
                    <div key={field.key}>
                      <Form.Item name={[field.name, 'sku']} label={t('promo.goods')} rules={[required]}>
                        <Select
                          showSearch={{ optionFilterProp: 'label' }}
                          options={skus}
                          loading={products.isPending}
                        />
                      </Form.Item>
                      <div className="form-row form-row-three">
                        {kind === 'bundle' ? (
                          <Form.Item name={[field.name, 'packs']} label={t('promo.packs')}>
                            <InputNumber min={1} max={999} precision={0} placeholder="1" />
                          </Form.Item>
                        ) : (
                          <>
                            <Form.Item name={[field.name, 'price']} label={t('promo.price')} rules={[amount]}>
                              <Input prefix="¥" inputMode="decimal" autoComplete="off" />
                            </Form.Item>
                            <Form.Item name={[field.name, 'pieces']} label={t('promo.pieces')}>
                              <InputNumber min={1} max={10_000_000} precision={0} />
                            </Form.Item>
                            <Form.Item name={[field.name, 'buyerPacks']} label={t('promo.each')}>
                              <InputNumber min={1} max={999} precision={0} />
                            </Form.Item>
                          </>
                        )}
                      </div>
                      {fields.length > 1 ? (
                        <Button type="link" size="small" onClick={() => remove(field.name)}>
                          {t('action.remove')}
                        </Button>
                      ) : null}
                    </div>
                  ))}
                  <Button onClick={() => more({})}>{t('promo.addGoods')}</Button>
                </>
              )}
            </Form.List>
            {kind === 'bundle' ? (
              <div className="form-row form-row-three" style={{ marginTop: 16 }}>
                <Form.Item name="price" label={t('promo.bundlePrice')} rules={[amount]}>
                  <Input prefix="¥" inputMode="decimal" autoComplete="off" />
                </Form.Item>
                <Form.Item name="pieces" label={t('promo.bundles')}>
                  <InputNumber min={1} max={10_000_000} precision={0} />
                </Form.Item>
                <Form.Item name="buyerPieces" label={t('promo.eachBundle')}>
                  <InputNumber min={1} max={999} precision={0} />
                </Form.Item>
              </div>
            ) : (
              <Form.Item name="holdMinutes" label={t('promo.hold')} style={{ marginTop: 16 }}>
                <InputNumber min={1} max={1440} precision={0} />
              </Form.Item>
            )}
          </>
        )}
        {warned && check.answer ? (
          <Alert
            type="warning"
            showIcon
            title={t('promo.warned')}
            description={check.answer.warnings.map((w) => <p key={w.code + w.sku}>{say(w)}</p>)}
          />
        ) : null}
        <FormProblem error={add.error ?? check.error} form={form} fields={promotionFields} />
      </Form>
    </FormModal>
  );
}

const promotionFields = { priceFen: 'price' };
