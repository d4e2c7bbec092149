import { Form, Input } from 'antd';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { useCounty } from '../../session/session.ts';

type Values = { payeeName: string; payeeAccount: string; amount: string; reason: string };

/** Asks for money to be sent by the bank; another person sends it. */
export function AskReturn({
  of,
  fen,
  whole,
  payeeName,
  payeeAccount = '',
  onClose,
}: {
  of: { remittance: string } | { refund: string };
  fen: number;
  /** the amount cannot be less */
  whole?: boolean;
  payeeName: string;
  payeeAccount?: string;
  onClose: () => void;
}) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.trade.askReturn, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open
      title={t('remit.askRefund')}
      okText={t('remit.askRefund')}
      onClose={onClose}
    >
      <p className="modal-words">{t('remit.returnWords')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ payeeName, payeeAccount, amount: yuanInput(fen), reason: '' }}
        onFinish={(v) =>
          act.run({
            params: { county },
            body: {
              ...of,
              ...(whole ? {} : { fen: readYuan(v.amount) ?? 0 }),
              payeeName: v.payeeName.trim(),
              payeeAccount: v.payeeAccount.trim(),
              reason: v.reason.trim(),
            },
          })
        }
      >
        <Form.Item
          name="payeeName"
          label={t('remit.payee')}
          rules={[{ required: true, whitespace: true, message: t('field.required') }]}
        >
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item
          name="payeeAccount"
          label={t('remit.payeeAccount')}
          rules={[{ required: true, pattern: /^[0-9 ]{6,40}$/, message: t('remit.payeeAccountNeeded') }]}
        >
          <Input inputMode="numeric" autoComplete="off" maxLength={40} />
        </Form.Item>
        <Form.Item
          name="amount"
          label={t('remit.amount')}
          rules={[
            {
              validator: (_, text: string) =>
                readYuan(text ?? '') ? Promise.resolve() : Promise.reject(new Error(t('remit.amountNeeded'))),
            },
          ]}
        >
          <Input prefix="¥" inputMode="decimal" disabled={whole} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('field.reason')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ fen: 'amount' }} />
      </Form>
    </FormModal>
  );
}
