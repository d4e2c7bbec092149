import { useQuery } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { type MarkName, markKinds, markNames } from '#catalog/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCrops } from '../../parts/crops.ts';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { sellerKinds, useActableOrganisations } from '../../parts/organisations.ts';
import { PaperUpload } from '../../parts/PaperUpload.tsx';
import { useCounty } from '../../session/session.ts';

type Values = {
  kind: MarkName;
  org: string;
  crop: string;
  product?: string;
  number: string;
  issuer?: string;
  validFrom: string;
  validUntil?: string;
  file?: string;
};

/** Records a brand certificate; the fields follow its kind. */
export function RecordMark({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, say } = useWords();
  const { county, is } = useCounty();
  const crops = useCrops();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.catalog.recordMark, { onDone: onClose });
  const holders = useActableOrganisations(sellerKinds, open);
  const kinds = markNames.filter(
    (name) => is('operator') || (markKinds[name].who as readonly string[]).includes('merchant'),
  );
  const kind = markKinds[Form.useWatch('kind', form) ?? 'green_food'];
  const org = Form.useWatch('org', form);
  const crop = Form.useWatch('crop', form);
  const products = useQuery({
    ...ask('catalog', 'catalogProducts', { params: { county }, query: { org, size: 200 } }),
    enabled: open && Boolean(org),
    select: ({ rows }) => rows.filter((one) => one.crop === crop).map((one) => ({ value: one.id, label: one.nameZh })),
  });
  const needed = [{ required: true, message: t('field.required') }];
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('marks.add')} onClose={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ kind: 'green_food', org: holders[0]?.value }}
        onFinish={({ product, issuer, validUntil, ...values }) =>
          act.run({
            params: { county },
            body: { ...values, product: product ?? null, issuer: issuer ?? null, validUntil: validUntil || null },
          })
        }
      >
        <Form.Item name="kind" label={t('marks.kind')} rules={needed}>
          <Select options={kinds.map((value) => ({ value, label: say(markKinds[value].words) }))} />
        </Form.Item>
        <Form.Item name="org" label={t('marks.org')} rules={needed}>
          <Select options={holders} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
        <Form.Item name="crop" label={t('marks.crop')} rules={needed}>
          <Select options={crops.options} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
        <Form.Item name="product" label={t('marks.product')}>
          <Select options={products.data ?? []} allowClear />
        </Form.Item>
        <Form.Item
          name="number"
          label={t('marks.number')}
          rules={needed}
          extra={t('marks.numberHint', { like: kind.number.like })}
        >
          <Input maxLength={40} className="num" autoComplete="off" />
        </Form.Item>
        {kind.issuer === null ? (
          <Form.Item name="issuer" label={t('marks.issuer')} rules={needed}>
            <Input maxLength={60} autoComplete="off" />
          </Form.Item>
        ) : null}
        <Form.Item name="validFrom" label={t('marks.validFrom')} rules={needed}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="validUntil" label={t('marks.validUntil')} rules={kind.years === null ? [] : needed}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="file" label={t('received.file')}>
          <PaperUpload send={(options) => api.catalog.addMarkPaper({ params: { county } }, options)} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
