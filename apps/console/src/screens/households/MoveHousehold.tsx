import { Form, Input } from 'antd';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { useCounty } from '../../session/session.ts';
import { regionWithin } from './region-within.ts';

/** To which village a household moved, since when and why; what it sold and earned before stays where it was. */
export function MoveHousehold({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useWords();
  const { county, memberships } = useCounty();
  const [form] = Form.useForm<{ village: string; onDay: string; reason: string }>();
  const act = useAct(api.registry.moveHousehold, { onDone: onClose });
  return (
    <FormModal form={form} busy={act.busy} open title={t('move.title')} okText={t('move.title')} onClose={onClose}>
      <p className="modal-words">{t('move.words')}</p>
      <Form
        form={form}
        name="move"
        layout="vertical"
        initialValues={{ onDay: today(), reason: '' }}
        onFinish={({ village, onDay, reason }) =>
          act.run({ params: { county, id }, body: { village, onDay, reason: reason.trim() } })
        }
      >
        <Form.Item
          name="village"
          label={t('move.to')}
          rules={[{ required: true, message: t('household.villageNeeded') }]}
        >
          <RegionPicker county={county} within={regionWithin(memberships)} />
        </Form.Item>
        <Form.Item name="onDay" label={t('move.onDay')} rules={[{ required: true, message: t('field.required') }]}>
          <Input type="date" max={today()} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('field.reason')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
