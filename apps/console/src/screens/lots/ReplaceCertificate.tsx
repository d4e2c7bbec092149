import { Form, Input } from 'antd';
import type { certificateBases } from '#trace/contract';
import type { Lot } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { useCounty } from '../../session/session.ts';
import { BasisChecks } from './BasisChecks.tsx';

type Values = { basis: (typeof certificateBases)[number][]; reason: string };

/** Issues a certificate anew that had a mistake, or whose promise can now rest on a test. */
export function ReplaceCertificate({ open, lot, onClose }: { open: boolean; lot: Lot; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.trace.replaceCertificate, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('certificate.replaceTitle')}
      okText={t('certificate.replace')}
      onClose={onClose}
    >
      <p className="modal-words">{t('certificate.replaceWords')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ basis: ['quality_control'] }}
        onFinish={(body) => act.run({ params: { county, id: lot.id }, body })}
      >
        <Form.Item
          name="basis"
          label={t('certificate.basis')}
          rules={[{ type: 'array', min: 1, message: t('certificate.basisNeeded') }]}
        >
          <BasisChecks label={t('certificate.basis')} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('certificate.reason')}
          rules={[{ required: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
