import { Form, Input, InputNumber, Select } from 'antd';
import { issuerKinds, issuerWords } from '#trace/contract';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCrops } from '../../parts/crops.ts';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { sellerKinds, useActableOrganisations } from '../../parts/organisations.ts';
import { PaperUpload } from '../../parts/PaperUpload.tsx';
import { useCounty } from '../../session/session.ts';

type Values = {
  buyer: string;
  sellerKind: (typeof issuerKinds)[number];
  sellerName: string;
  sellerCode?: string;
  crop: string;
  kilograms: number;
  boughtOn: string;
  number?: string;
  issuedOn?: string;
  file?: string;
};

/** A purchase from a seller who is no household, with the certificate that was shown. */
export function ReceiveDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const crops = useCrops();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.trace.receiveCertificate, { onDone: onClose });
  const buyers = useActableOrganisations([...sellerKinds, 'station'], open);
  const needed = [{ required: true, message: t('field.required') }];
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('received.add')} onClose={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ buyer: buyers[0]?.value, sellerKind: 'cooperative', boughtOn: today() }}
        onFinish={({ kilograms, number, issuedOn, sellerCode, ...values }) =>
          act.run({
            params: { county },
            body: {
              ...values,
              grams: Math.round(kilograms * 1000),
              number: number?.trim() || null,
              issuedOn: issuedOn || null,
              sellerCode: sellerCode?.trim() || null,
            },
          })
        }
      >
        <Form.Item name="buyer" label={t('received.buyer')} rules={needed}>
          <Select options={buyers} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
        <Form.Item name="sellerKind" label={t('received.sellerKind')} rules={needed}>
          <Select options={issuerKinds.map((value) => ({ value, label: say(issuerWords[value]) }))} />
        </Form.Item>
        <Form.Item name="sellerName" label={t('received.seller')} rules={needed}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item name="sellerCode" label={t('received.sellerCode')}>
          <Input maxLength={18} className="num" autoComplete="off" />
        </Form.Item>
        <Form.Item name="crop" label={t('received.crop')} rules={needed}>
          <Select options={crops.grown} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
        <Form.Item name="kilograms" label={t('received.grams')} rules={needed}>
          <InputNumber min={0.001} precision={3} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="boughtOn" label={t('received.boughtOn')} rules={needed}>
          <Input type="date" max={today()} />
        </Form.Item>
        <Form.Item name="number" label={t('received.number')} extra={t('received.numberHint')}>
          <Input maxLength={40} className="num" autoComplete="off" />
        </Form.Item>
        <Form.Item name="issuedOn" label={t('received.issuedOn')}>
          <Input type="date" max={today()} />
        </Form.Item>
        <Form.Item name="file" label={t('received.file')}>
          <PaperUpload send={(options) => api.trace.addPaper({ params: { county, kind: 'received' } }, options)} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ grams: 'kilograms' }} />
      </Form>
    </FormModal>
  );
}
