import { Form, Input, Radio } from 'antd';
import type { Case } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';

/** The county decides: how much goes back, and who bears it. */
export function DecideDialog({ of, open, onClose }: { of: Case; open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const [form] = Form.useForm<{ fen: string; bearer: 'merchant' | 'fund'; reason: string }>();
  const act = useAct(api.trade.decideCase, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('case.decideTitle')}
      okText={t('case.decideTitle')}
      onClose={onClose}
    >
      <p className="modal-words">{t('case.decideWords')}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ fen: yuanInput(Math.min(of.askedFen, of.mostFen)), bearer: 'merchant' }}
        onFinish={({ fen, bearer, reason }) =>
          act.run({
            params: { county: of.county, id: of.id },
            body: { fen: readYuan(fen) ?? 0, bearer, reason: reason.trim() },
          })
        }
      >
        <Form.Item
          name="fen"
          label={t('case.decideFen')}
          extra={`${t('case.most')} ${yuanInput(of.mostFen)}`}
          rules={[
            {
              validator: (_, text: string) => {
                const fen = readYuan(text ?? '');
                return fen !== undefined && fen <= of.mostFen
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('case.decideFenWrong', { most: yuanInput(of.mostFen) })));
              },
            },
          ]}
        >
          <Input prefix="¥" inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <Form.Item name="bearer" label={t('case.bearer')}>
          <Radio.Group
            options={[
              { value: 'merchant', label: t('case.bearer.merchant') },
              { value: 'fund', label: t('case.bearer.fund') },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('case.decideWhy')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={3} maxLength={200} showCount />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
