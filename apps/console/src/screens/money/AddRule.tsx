import { useQuery } from '@tanstack/react-query';
import { Form, Input, InputNumber, Modal, Select } from 'antd';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
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
  perPack?: string;
  validFrom: string;
  validUntil?: string;
};

/** Percent of two decimals as basis points. */
const bp = (percent: number | null | undefined) => Math.round((percent ?? 0) * 100);

/** Adds a settlement rule. Rules are never edited: a new one with a lower number goes before the old. */
export function AddRule({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.trade.addSettlementRule, {
    onDone: () => {
      form.resetFields();
      onClose();
    },
  });
  const sellers = useQuery({
    ...ask('registry', 'organisations', { params: { county }, query: { size: 200 } }),
    enabled: open,
    select: ({ rows }) => rows.filter((o) => o.kind === 'merchant' || o.kind === 'cooperative'),
  });
  const products = useQuery({
    ...ask('catalog', 'catalogProducts', { params: { county }, query: { size: 200 } }),
    enabled: open,
  });
  const categories = useQuery({ ...ask('catalog', 'categories'), enabled: open });
  const [station, platform, fund] = [
    Form.useWatch('station', form),
    Form.useWatch('platform', form),
    Form.useWatch('fund', form),
  ];
  const rest = 10_000 - bp(station) - bp(platform) - bp(fund);
  const percent = { min: 0, max: 100, precision: 2, suffix: '%', inputMode: 'decimal' } as const;
  return (
    <Modal
      open={open}
      title={t('rules.add')}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ position: 100, station: 3, platform: 1.5, fund: 1, validFrom: today() }}
        onFinish={(v) =>
          act.run({
            params: { county },
            body: {
              position: v.position,
              name: v.name.trim(),
              basis: v.basis.trim(),
              org: v.org ?? null,
              product: v.product ?? null,
              category: v.category ?? null,
              stationBp: bp(v.station),
              platformBp: bp(v.platform),
              fundBp: bp(v.fund),
              householdFenPerPack: readYuan(v.perPack ?? '') ?? 0,
              validFrom: v.validFrom,
              validUntil: v.validUntil || null,
            },
          })
        }
      >
        <div className="form-row">
          <Form.Item
            name="name"
            label={t('rules.name')}
            rules={[{ required: true, whitespace: true, message: t('field.required') }]}
          >
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item
            name="position"
            label={t('rules.position')}
            extra={t('rules.positionWords')}
            rules={[{ required: true, message: t('field.required') }]}
          >
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
        <div className="form-row">
          <Form.Item name="org" label={t('rules.forOrg')}>
            <Select
              allowClear
              placeholder={t('rules.everything')}
              showSearch={{ optionFilterProp: 'label' }}
              options={sellers.data?.map((o) => ({ value: o.id, label: o.name }))}
            />
          </Form.Item>
          <Form.Item name="category" label={t('rules.forCategory')}>
            <Select
              allowClear
              placeholder={t('rules.everything')}
              options={categories.data?.map((c) => ({ value: c.code, label: locale === 'zh' ? c.nameZh : c.nameEn }))}
            />
          </Form.Item>
        </div>
        <Form.Item name="product" label={t('rules.forProduct')}>
          <Select
            allowClear
            placeholder={t('rules.everything')}
            showSearch={{ optionFilterProp: 'label' }}
            options={products.data?.rows.map((p) => ({ value: p.id, label: p.nameZh }))}
          />
        </Form.Item>
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
        </div>
        <p className={rest < 0 ? 'bad' : 'hint'}>
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
        <div className="form-row">
          <Form.Item
            name="validFrom"
            label={t('rules.since')}
            rules={[{ required: true, message: t('field.required') }]}
          >
            <Input type="date" />
          </Form.Item>
          <Form.Item name="validUntil" label={t('rules.until')}>
            <Input type="date" />
          </Form.Item>
        </div>
        <FormProblem error={act.error} form={form} fields={ruleFields} />
      </Form>
    </Modal>
  );
}

const ruleFields = { stationBp: 'station', platformBp: 'platform', fundBp: 'fund', householdFenPerPack: 'perPack' };
