import { Checkbox, Form, Input, InputNumber } from 'antd';
import { useEffect } from 'react';
import type { Sku } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { perJin, readYuan, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';

type Values = {
  nameZh: string;
  nameEn: string;
  netGrams: number;
  grossGrams: number;
  grade: string;
  price: string;
  gtin?: string;
  onSale: boolean;
};

/** Adds a SKU or changes one; the price per jin is worked out beside the price per pack. */
export function SkuDialog({
  county,
  product,
  sku,
  open,
  onClose,
}: {
  county: number;
  product: string;
  sku: Sku | undefined;
  open: boolean;
  onClose: () => void;
}) {
  const { t } = useWords();
  const [form] = Form.useForm<Values>();
  const add = useAct(api.catalog.addSku, { onDone: onClose });
  const change = useAct(api.catalog.changeSku, { onDone: onClose });
  const act = sku ? change : add;
  const net = Form.useWatch('netGrams', form);
  const price = readYuan(String(Form.useWatch('price', form) ?? ''));
  const { reset: resetAdd } = add;
  const { reset: resetChange } = change;
  useEffect(() => {
    if (!open) return;
    resetAdd();
    resetChange();
    form.setFieldsValue(
      sku
        ? { ...sku, price: yuanInput(sku.priceFen) }
        : {
            nameZh: '',
            nameEn: '',
            netGrams: undefined,
            grossGrams: undefined,
            grade: '',
            price: '',
            gtin: undefined,
            onSale: true,
          },
    );
  }, [open, sku, form, resetAdd, resetChange]);
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={sku ? t('sku.edit') : t('sku.add')}
      forceRender
      onClose={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={({ price: text, gtin, ...rest }) => {
          const body = { ...rest, nameEn: rest.nameEn ?? '', priceFen: readYuan(text) ?? 0, ...(gtin ? { gtin } : {}) };
          if (sku) change.run({ params: { county, id: product, sku: sku.id }, body });
          else add.run({ params: { county, id: product }, body });
        }}
      >
        <div className="form-row">
          <Form.Item
            name="nameZh"
            label={t('sku.nameZh')}
            extra={t('sku.nameExample')}
            rules={[{ required: true, whitespace: true, message: t('field.required') }]}
          >
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item name="nameEn" label={t('sku.nameEn')}>
            <Input maxLength={80} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="netGrams" label={t('sku.net')} rules={[{ required: true, message: t('field.required') }]}>
            <InputNumber min={1} max={100000} precision={0} suffix={t('sku.grams')} />
          </Form.Item>
          <Form.Item
            name="grossGrams"
            label={t('sku.gross')}
            dependencies={['netGrams']}
            rules={[
              { required: true, message: t('field.required') },
              ({ getFieldValue }) => ({
                validator: (_, value: number | undefined) =>
                  !value || value >= (getFieldValue('netGrams') ?? 0)
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('sku.grossLess'))),
              }),
            ]}
          >
            <InputNumber min={1} max={120000} precision={0} suffix={t('sku.grams')} />
          </Form.Item>
          <Form.Item name="grade" label={t('weigh.grade')} rules={[{ required: true, message: t('field.required') }]}>
            <Input maxLength={20} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item
            name="price"
            label={t('sku.price')}
            extra={net && price ? t('sku.perJin', { price: perJin((price * 1000) / net) }) : ' '}
            rules={[
              {
                validator: (_, text: string) =>
                  (readYuan(String(text ?? '')) ?? 0) > 0
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('sku.priceNeeded'))),
              },
            ]}
          >
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="gtin"
            label={t('sku.gtin')}
            extra={t('sku.gtinWords')}
            rules={[{ pattern: /^\d{8,14}$/, message: t('sku.gtinWrong') }]}
          >
            <Input inputMode="numeric" maxLength={14} autoComplete="off" disabled={Boolean(sku)} />
          </Form.Item>
        </div>
        <Form.Item name="onSale" valuePropName="checked">
          <Checkbox>{t('sku.onSale')}</Checkbox>
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={skuFields} />
      </Form>
    </FormModal>
  );
}

const skuFields = { priceFen: 'price' };
