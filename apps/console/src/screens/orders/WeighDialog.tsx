import { Form, InputNumber } from 'antd';
import type { Order } from '../../api/answers.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { ErrorState } from '../../parts/states.tsx';

/** Packing goods that are sold by weight: what they weigh decides what they cost. */
export function WeighDialog({ order, open, onClose }: { order: Order; open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const [form] = Form.useForm<Record<string, number>>();
  const act = useAct(api.fulfilment.packOrder, { onDone: onClose });
  const lines = order.lines.filter((line) => line.byWeight && line.packs > line.droppedPacks);
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('weigh.title')}
      okText={t('weigh.pack')}
      onClose={onClose}
    >
      <p className="modal-words">{t('weigh.words')}</p>
      <Form
        form={form}
        layout="vertical"
        onFinish={(grams) =>
          act.run({
            params: { county: order.county, id: order.id },
            body: { weights: lines.flatMap(({ id }) => (grams[id] ? [{ line: id, grams: grams[id] }] : [])) },
          })
        }
      >
        {lines.map((line) => (
          <Form.Item
            key={line.id}
            name={line.id}
            label={`${line.name} ${line.skuName} × ${line.packs - line.droppedPacks}`}
            extra={t('weigh.nominal', { grams: (line.packs - line.droppedPacks) * line.packGrams })}
          >
            <InputNumber min={1} precision={0} suffix="g" inputMode="numeric" style={{ width: '100%' }} />
          </Form.Item>
        ))}
        {act.error ? <ErrorState error={act.error} compact /> : null}
      </Form>
    </FormModal>
  );
}
