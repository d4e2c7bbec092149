import { Checkbox, Form, Input } from 'antd';
import { caseKindWords } from '#trade/contract';
import type { Case } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';

/** The seller accepts, and sees what that does. */
export function AcceptDialog({ of, open, onClose }: { of: Case; open: boolean; onClose: () => void }) {
  const { t, say } = useWords();
  const [form] = Form.useForm<{ answer?: string; orRefund?: boolean }>();
  const act = useAct(api.trade.acceptCase, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('case.acceptTitle', { kind: say(caseKindWords[of.kind]) })}
      okText={t('case.acceptTitle', { kind: say(caseKindWords[of.kind]) })}
      onClose={onClose}
    >
      <p className="modal-words">{t(`case.acceptWords.${of.kind}`)}</p>
      <Form
        form={form}
        layout="vertical"
        onFinish={({ answer, orRefund }) =>
          act.run({
            params: { county: of.county, id: of.id },
            body: {
              answer: answer?.trim() || undefined,
              orRefund: of.kind === 'resend' ? Boolean(orRefund) : undefined,
            },
          })
        }
      >
        <Form.Item name="answer" label={t('case.acceptSay')}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        {of.kind === 'resend' ? (
          <Form.Item name="orRefund" valuePropName="checked">
            <Checkbox>{t('case.orRefund')}</Checkbox>
          </Form.Item>
        ) : null}
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
