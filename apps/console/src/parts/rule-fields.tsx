import { useQuery } from '@tanstack/react-query';
import { Form, Input, InputNumber, Select } from 'antd';
import { ask } from '../api/ask.ts';
import { useWords } from '../i18n/index.tsx';
import { useCounty } from '../session/session.ts';
import { sellerKinds, useOrganisations } from './organisations.ts';

/** What every rule of a county is written down with: `name`, `position`, `basis`. */
export function RuleHead() {
  const { t } = useWords();
  const needed = { required: true, message: t('field.required') };
  return (
    <>
      <div className="form-row">
        <Form.Item name="name" label={t('rules.name')} rules={[{ ...needed, whitespace: true }]}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="position" label={t('rules.position')} extra={t('rules.positionWords')} rules={[needed]}>
          <InputNumber min={1} max={9999} precision={0} />
        </Form.Item>
      </div>
      <Form.Item
        name="basis"
        label={t('rules.basis')}
        rules={[{ required: true, whitespace: true, min: 2, message: t('rules.basisNeeded') }]}
      >
        <Input.TextArea rows={2} maxLength={300} placeholder={t('rules.basisExample')} />
      </Form.Item>
    </>
  );
}

/** Which goods it is for: `org`, `category`, `product`; all of them where nothing is chosen. */
export function RuleScope() {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const sellers = useOrganisations(sellerKinds);
  const products = useQuery(ask('catalog', 'catalogProducts', { params: { county }, query: { size: 200 } }));
  const categories = useQuery(ask('catalog', 'categories'));
  const any = { allowClear: true, placeholder: t('rules.everything') };
  const found = { showSearch: { optionFilterProp: 'label' } };
  return (
    <>
      <div className="form-row">
        <Form.Item name="org" label={t('rules.forOrg')}>
          <Select {...any} {...found} options={sellers.data} />
        </Form.Item>
        <Form.Item name="category" label={t('rules.forCategory')}>
          <Select
            {...any}
            options={categories.data?.map((c) => ({ value: c.code, label: locale === 'zh' ? c.nameZh : c.nameEn }))}
          />
        </Form.Item>
      </div>
      <Form.Item name="product" label={t('rules.forProduct')}>
        <Select {...any} {...found} options={products.data?.rows.map((p) => ({ value: p.id, label: p.nameZh }))} />
      </Form.Item>
    </>
  );
}

/** From when on it speaks, and perhaps until when: `validFrom`, `validUntil`. */
export function RuleDays() {
  const { t } = useWords();
  return (
    <div className="form-row">
      <Form.Item name="validFrom" label={t('rules.since')} rules={[{ required: true, message: t('field.required') }]}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="validUntil" label={t('rules.until')}>
        <Input type="date" />
      </Form.Item>
    </div>
  );
}
