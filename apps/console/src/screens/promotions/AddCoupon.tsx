import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { useCounty } from '../../session/session.ts';
import { BearerFields } from './bearer-fields.tsx';
import { momentInput, readMoment } from './moments.ts';

type Values = {
  name: string;
  nameEn?: string;
  bearer: 'merchant' | 'county' | 'platform';
  org?: string;
  off: string;
  from: string;
  category?: string;
  onReduced: boolean;
  total: number;
  perPerson: number;
  open: boolean;
  takeFrom: string;
  takeUntil: string;
  validDays?: number | null;
  validUntil: string;
};

/** Makes a coupon that people may take, or be given. */
export function AddCoupon({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, locale } = useWords();
  const { county, is } = useCounty();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.trade.addCouponTemplate, { onDone: onClose });
  const categories = useQuery({ ...ask('catalog', 'categories'), enabled: open });
  const required = { required: true, message: t('field.required') };
  const moment = { required: true, message: t('promo.timeNeeded') };
  const amount = (least: number) => ({
    validator: (_: unknown, text: string | undefined) =>
      (readYuan(text ?? '') ?? -1) >= least ? Promise.resolve() : Promise.reject(new Error(t('rules.amountNeeded'))),
  });
  const inDays = (days: number) => momentInput(new Date(Date.now() + days * 86_400_000));
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('coupons.add')} onClose={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          bearer: is('merchant') ? 'merchant' : is('operator') ? 'county' : 'platform',
          ...{ from: '0', onReduced: true, total: 100, perPerson: 1, open: true },
          ...{ takeFrom: inDays(0), takeUntil: inDays(7), validUntil: inDays(30) },
        }}
        onFinish={({ off, from, takeFrom, takeUntil, validUntil, ...v }) =>
          act.run({
            params: { county },
            body: {
              ...v,
              ...{ org: v.org ?? null, category: v.category ?? null, validDays: v.validDays ?? null },
              ...{ offFen: readYuan(off) ?? 0, fromFen: readYuan(from) ?? 0 },
              takeFrom: readMoment(takeFrom) ?? '',
              takeUntil: readMoment(takeUntil) ?? '',
              validUntil: readMoment(validUntil) ?? '',
            },
          })
        }
      >
        <Form.Item name="name" label={t('promo.name')} rules={[{ ...required, whitespace: true }]}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="nameEn" label={t('promo.nameEn')}>
          <Input maxLength={60} />
        </Form.Item>
        <BearerFields open={open} />
        <div className="form-row">
          <Form.Item name="off" label={t('coupons.face')} rules={[amount(1)]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
          <Form.Item name="from" label={t('coupons.from')} rules={[amount(0)]}>
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="total" label={t('coupons.total')} rules={[required]}>
            <InputNumber min={1} max={10_000_000} precision={0} />
          </Form.Item>
          <Form.Item name="perPerson" label={t('coupons.perPerson')} rules={[required]}>
            <InputNumber min={1} max={100} precision={0} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="takeFrom" label={t('coupons.takeFrom')} rules={[moment]}>
            <Input type="datetime-local" />
          </Form.Item>
          <Form.Item name="takeUntil" label={t('coupons.takeUntil')} rules={[moment]}>
            <Input type="datetime-local" />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="validUntil" label={t('coupons.validUntil')} rules={[moment]}>
            <Input type="datetime-local" />
          </Form.Item>
          <Form.Item name="validDays" label={t('coupons.validDays')}>
            <InputNumber min={1} max={366} precision={0} />
          </Form.Item>
        </div>
        <Form.Item name="category" label={t('promo.category')}>
          <Select
            allowClear
            placeholder={t('rules.everything')}
            options={categories.data?.map((c) => ({ value: c.code, label: locale === 'zh' ? c.nameZh : c.nameEn }))}
          />
        </Form.Item>
        <Form.Item name="open" valuePropName="checked">
          <Checkbox>{t('coupons.open')}</Checkbox>
        </Form.Item>
        <Form.Item name="onReduced" valuePropName="checked">
          <Checkbox>{t('promo.onReduced')}</Checkbox>
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={couponFields} />
      </Form>
    </FormModal>
  );
}

const couponFields = { offFen: 'off', fromFen: 'from' };
