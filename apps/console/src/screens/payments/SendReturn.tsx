import { Form, Input } from 'antd';
import type { BankReturn } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts } from '../../parts/PageHeader.tsx';
import { useCounty } from '../../session/session.ts';

/** The second person: checks what was asked for, sends it at the bank and writes the bank's number down. */
export function SendReturn({ of, onClose }: { of: BankReturn; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ bankNumber: string }>();
  const act = useAct(api.trade.sendReturn, { onDone: onClose });
  return (
    <FormModal form={form} busy={act.busy} open title={t('remit.send')} okText={t('remit.send')} onClose={onClose}>
      <p className="modal-words">{t('remit.sendWords')}</p>
      <Facts
        items={[
          [t('remit.payee'), of.payeeName],
          [
            t('remit.payeeAccount'),
            <span key="b" className="num">
              {of.payeeAccount}
            </span>,
          ],
          [t('pays.amount'), <MoneyCell key="a" fen={of.fen} tone="strong" />],
          [t('field.reason'), of.reason],
          [t('remit.askedBy'), of.askedBy],
        ]}
      />
      <Form
        form={form}
        layout="vertical"
        onFinish={({ bankNumber }) => act.run({ params: { county, id: of.id }, body: { bankNumber } })}
      >
        <Form.Item
          name="bankNumber"
          label={t('remit.outNumber')}
          rules={[{ required: true, whitespace: true, min: 4, message: t('remit.outNumberNeeded') }]}
        >
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
