import { useQuery } from '@tanstack/react-query';
import { Form, Input, InputNumber, Select, Switch } from 'antd';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Answer } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

const takers = ['nobody', 'institutions', 'everyone'] as const;
type Values = {
  bankName?: string;
  accountName?: string;
  accountNumber?: string;
  transferFor: (typeof takers)[number];
  transferHoldHours: number;
  cash: boolean;
  cashHoldHours: number;
};

/** How the county takes money by hand: its account, who may use it, and how long goods are kept. */
export function PayTerms({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const query = useQuery({ ...ask('trade', 'payTerms', { params: { county } }), enabled: open });
  const act = useAct(api.trade.setPayTerms, { onDone: onClose });
  const hours = { min: 1, precision: 0, style: { width: '100%' } } as const;
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('remit.terms')} onClose={onClose}>
      <Answer query={query}>
        {(terms) => (
          <Form<Values>
            form={form}
            layout="vertical"
            initialValues={terms}
            onFinish={(v) =>
              act.run({
                params: { county },
                body: {
                  ...v,
                  bankName: v.bankName?.trim() || null,
                  accountName: v.accountName?.trim() || null,
                  accountNumber: v.accountNumber?.replace(/\s/g, '') || null,
                },
              })
            }
          >
            <Form.Item name="accountName" label={t('terms.accountName')}>
              <Input maxLength={80} />
            </Form.Item>
            <Form.Item name="bankName" label={t('terms.bankName')}>
              <Input maxLength={80} />
            </Form.Item>
            <Form.Item
              name="accountNumber"
              label={t('terms.accountNumber')}
              rules={[{ pattern: /^[\d ]{6,36}$/, message: t('terms.accountNumberNeeded') }]}
            >
              <Input inputMode="numeric" autoComplete="off" />
            </Form.Item>
            <div className="form-row">
              <Form.Item name="transferFor" label={t('terms.transferFor')}>
                <Select options={takers.map((value) => ({ value, label: t(`terms.transferFor.${value}`) }))} />
              </Form.Item>
              <Form.Item name="transferHoldHours" label={t('terms.transferHours')} rules={[{ required: true }]}>
                <InputNumber {...hours} max={720} />
              </Form.Item>
            </div>
            <div className="form-row">
              <Form.Item name="cash" label={t('terms.cash')} valuePropName="checked">
                <Switch />
              </Form.Item>
              <Form.Item name="cashHoldHours" label={t('terms.cashHours')} rules={[{ required: true }]}>
                <InputNumber {...hours} max={168} />
              </Form.Item>
            </div>
            <FormProblem error={act.error} form={form} />
          </Form>
        )}
      </Answer>
    </FormModal>
  );
}
