import { Form, Input } from 'antd';
import { useId } from 'react';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';

const usualCarriers = ['邮政快递', '中通快递', '圆通速递', '申通快递', '韵达快递', '极兔速递', '顺丰速运', '京东物流'];

/** Hands a parcel to its carrier with a waybill number. */
export function SendDialog({
  county,
  parcel,
  onClose,
}: {
  county: number;
  parcel: { id: string; number: string } | undefined;
  onClose: () => void;
}) {
  const { t } = useWords();
  const list = useId();
  const [form] = Form.useForm<{ carrier: string; waybill: string }>();
  const act = useAct(api.fulfilment.sendParcel, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={Boolean(parcel)}
      title={t('parcel.sendTitle', { number: parcel?.number ?? '' })}
      okText={t('parcel.send')}
      onClose={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        onFinish={(body) => {
          if (parcel) act.run({ params: { county, id: parcel.id }, body });
        }}
      >
        <Form.Item
          name="carrier"
          label={t('parcel.carrier')}
          rules={[{ required: true, whitespace: true, message: t('parcel.carrierNeeded') }]}
        >
          <Input list={list} autoComplete="off" maxLength={40} />
        </Form.Item>
        <datalist id={list}>
          {usualCarriers.map((carrier) => (
            <option key={carrier} value={carrier} />
          ))}
        </datalist>
        <Form.Item
          name="waybill"
          label={t('parcel.waybill')}
          normalize={(text: string) => text.replace(/\s/g, '').toUpperCase()}
          rules={[{ required: true, pattern: /^[A-Za-z0-9-]{6,32}$/, message: t('parcel.waybillWrong') }]}
          validateTrigger="onBlur"
        >
          <Input autoComplete="off" className="num" />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
