import { Form, Input } from 'antd';
import type { InsuranceClaim } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, today, yuan, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { PaperUpload } from '../../parts/PaperUpload.tsx';
import { useCounty } from '../../session/session.ts';

type Values = { insurer: string; reference: string; day: string; amount: string; file: string; words?: string };

/** What an insurer paid of one organisation's claim, with the paper that shows it. */
export function RecordPayment({ claim, onClose }: { claim: InsuranceClaim; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const act = useAct(api.benefit.recordInsurancePayment, { onDone: onClose });
  const needed = [{ required: true, whitespace: true, message: t('field.required') }];
  return (
    <FormModal form={form} busy={act.busy} open title={t('ins.record')} okText={t('ins.record')} onClose={onClose}>
      <p className="modal-words">{t('ins.recordWords', { org: claim.orgName, money: yuan(claim.openFen) })}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ day: today(), amount: yuanInput(claim.openFen), words: '' }}
        onFinish={({ amount, words = '', ...body }) =>
          act.run({
            params: { county },
            body: { ...body, org: claim.org, words: words.trim(), fen: readYuan(amount) ?? 0 },
          })
        }
      >
        <Form.Item name="insurer" label={t('ins.insurer')} rules={needed}>
          <Input maxLength={60} placeholder={t('ins.insurerExample')} />
        </Form.Item>
        <Form.Item name="reference" label={t('ins.reference')} rules={needed}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <div className="form-row">
          <Form.Item
            name="amount"
            label={t('ins.amount')}
            rules={[
              {
                validator: (_, text: string | undefined) =>
                  (readYuan(text ?? '') ?? 0) > 0 ? Promise.resolve() : Promise.reject(new Error(t('sku.priceNeeded'))),
              },
            ]}
          >
            <Input prefix="¥" inputMode="decimal" autoComplete="off" />
          </Form.Item>
          <Form.Item name="day" label={t('ins.day')} rules={needed}>
            <Input type="date" max={today()} />
          </Form.Item>
        </div>
        <Form.Item name="file" label={t('ins.paper')} extra={t('ins.paperHint')} rules={needed}>
          <PaperUpload send={(options) => api.benefit.addInsurancePaper({ params: { county } }, options)} />
        </Form.Item>
        <Form.Item name="words" label={t('ins.words')}>
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ fen: 'amount' }} />
      </Form>
    </FormModal>
  );
}
