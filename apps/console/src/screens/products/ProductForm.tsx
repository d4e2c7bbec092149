import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input, InputNumber, Select } from 'antd';
import { storages, storageWords } from '#catalog/contract';
import type { Product } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCrops } from '../../parts/crops.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { sellerKinds, useActableOrganisations } from '../../parts/organisations.ts';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { useCounty } from '../../session/session.ts';

export type ProductValues = Pick<
  Product,
  | 'org'
  | 'crop'
  | 'variety'
  | 'category'
  | 'nameZh'
  | 'nameEn'
  | 'taglineZh'
  | 'taglineEn'
  | 'storyZh'
  | 'storyEn'
  | 'origin'
  | 'storage'
  | 'shelfLifeDays'
  | 'harvestMonths'
>;

/** The words and facts of a product; prices belong to its SKUs. */
export function ProductForm({
  initial,
  busy,
  error,
  onSubmit,
  onCancel,
}: {
  initial: Partial<ProductValues>;
  busy: boolean;
  error: unknown;
  onSubmit: (values: ProductValues) => void;
  onCancel: () => void;
}) {
  const { t, locale, say } = useWords();
  const { county, is } = useCounty();
  const crops = useCrops();
  const [form] = Form.useForm<ProductValues>();
  const categories = useQuery(ask('catalog', 'categories'));
  const sellers = useActableOrganisations(sellerKinds);
  const crop = Form.useWatch('crop', form);
  const shelf = crops.all.find((c) => c.code === crop)?.shelfLifeDays;
  return (
    <Form<ProductValues>
      form={form}
      layout="vertical"
      className="form"
      initialValues={{
        org: is('operator') ? undefined : sellers[0]?.value,
        storage: 'ambient',
        harvestMonths: [],
        variety: '',
        nameEn: '',
        taglineZh: '',
        taglineEn: '',
        storyZh: '',
        storyEn: '',
        ...initial,
      }}
      onFinish={onSubmit}
      scrollToFirstError={{ block: 'center', focus: true }}
    >
      <div className="form-row">
        <Form.Item
          name="nameZh"
          label={t('product.nameZh')}
          rules={[{ required: true, whitespace: true, message: t('product.nameNeeded') }]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="nameEn" label={t('product.nameEn')}>
          <Input maxLength={80} />
        </Form.Item>
      </div>
      <div className="form-row">
        <Form.Item name="org" label={t('product.org')} rules={[{ required: true, message: t('field.required') }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={sellers}
            disabled={sellers.length === 1 && !is('operator')}
          />
        </Form.Item>
        <Form.Item
          name="crop"
          label={t('household.crop')}
          rules={[{ required: true, message: t('household.cropNeeded') }]}
        >
          <Select showSearch={{ optionFilterProp: 'label' }} options={crops.options} />
        </Form.Item>
        <Form.Item
          name="category"
          label={t('product.category')}
          rules={[{ required: true, message: t('field.required') }]}
        >
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={categories.data?.map((c) => ({ value: c.code, label: locale === 'zh' ? c.nameZh : c.nameEn }))}
          />
        </Form.Item>
      </div>
      <Form.Item name="variety" label={t('product.variety')} extra={t('product.varietyHint')}>
        <Input maxLength={30} />
      </Form.Item>
      <Form.Item
        name="origin"
        label={t('product.origin')}
        rules={[{ required: true, message: t('household.villageNeeded') }]}
      >
        <RegionPicker county={county} />
      </Form.Item>
      <div className="form-row">
        <Form.Item name="storage" label={t('product.storage')}>
          <Select options={storages.map((value) => ({ value, label: say(storageWords[value]) }))} />
        </Form.Item>
        <Form.Item
          name="shelfLifeDays"
          label={t('product.shelf')}
          extra={shelf ? t('product.shelfUsual', { days: shelf }) : undefined}
          rules={[{ required: true, message: t('field.required') }]}
        >
          <InputNumber min={1} max={3650} precision={0} suffix={t('product.days')} />
        </Form.Item>
      </div>
      <Form.Item name="harvestMonths" label={t('product.months')}>
        <Checkbox.Group
          className="months"
          options={Array.from({ length: 12 }, (_, i) => ({ value: i + 1, label: t('product.month', { n: i + 1 }) }))}
        />
      </Form.Item>
      <Form.Item name="taglineZh" label={t('product.taglineZh')} extra={t('product.taglineWords')}>
        <Input maxLength={80} showCount />
      </Form.Item>
      <Form.Item name="storyZh" label={t('product.storyZh')} extra={t('product.storyWords')}>
        <Input.TextArea autoSize={{ minRows: 4, maxRows: 14 }} maxLength={4000} />
      </Form.Item>
      <Form.Item name="taglineEn" label={t('product.taglineEn')}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="storyEn" label={t('product.storyEn')}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 14 }} maxLength={4000} />
      </Form.Item>
      <FormProblem error={error} form={form} />
      <FormEnd busy={busy} onCancel={onCancel} />
    </Form>
  );
}
