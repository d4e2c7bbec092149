import { Form, Input, InputNumber, Segmented, Select } from 'antd';
import type { PayoutSchedule } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { readYuan, yuanInput } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { useCounty } from '../../session/session.ts';

interface Values {
  every: 'week' | 'month';
  weekday: number;
  monthDay: number;
  minimum: string;
}

/** Monday first, as the schedule counts them. */
const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** When the county pays out by itself, and from what amount on. */
export function ScheduleDialog({
  open,
  schedule,
  onClose,
}: {
  open: boolean;
  schedule: PayoutSchedule;
  onClose: () => void;
}) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const every = Form.useWatch('every', form);
  const act = useAct(api.trade.setPayoutSchedule, { onDone: onClose });
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('payout.scheduleTitle')} onClose={onClose}>
      <p className="modal-words">{t('payout.scheduleWords')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          every: schedule.weekday === null ? 'month' : 'week',
          weekday: schedule.weekday ?? 1,
          monthDay: schedule.monthDay ?? 1,
          minimum: yuanInput(schedule.minimumFen),
        }}
        onFinish={(values) =>
          act.run({
            params: { county },
            body: {
              weekday: values.every === 'week' ? values.weekday : null,
              monthDay: values.every === 'month' ? values.monthDay : null,
              minimumFen: readYuan(values.minimum) ?? 0,
            },
          })
        }
      >
        <Form.Item name="every" label={t('payout.every')}>
          <Segmented
            block
            options={[
              { value: 'week', label: t('payout.weekly') },
              { value: 'month', label: t('payout.monthly') },
            ]}
          />
        </Form.Item>
        <Form.Item name="weekday" label={t('payout.weekday')} hidden={every === 'month'}>
          <Select options={weekdays.map((value) => ({ value, label: t(`payout.weekday.${value}`) }))} />
        </Form.Item>
        <Form.Item name="monthDay" label={t('payout.monthDay')} hidden={every !== 'month'}>
          <InputNumber min={1} max={31} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item
          name="minimum"
          label={t('payout.minimum')}
          rules={[
            { required: true, message: t('field.required') },
            {
              validator: (_, text: string) =>
                readYuan(text ?? '') ? Promise.resolve() : Promise.reject(new Error(t('rules.amountNeeded'))),
            },
          ]}
        >
          <Input inputMode="decimal" />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ minimumFen: 'minimum' }} />
      </Form>
    </FormModal>
  );
}
