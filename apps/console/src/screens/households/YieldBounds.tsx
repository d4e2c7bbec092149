import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { trace } from '#trace/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { useCounty } from '../../session/session.ts';

/** From how much of its yield on a household's sales warn, and from how much on they need the county's word. */
export function YieldBounds() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    ...ask('trace', 'yieldBounds', { params: { county } }),
    enabled: may(trace.setYieldBounds),
  });
  if (!data || !may(trace.setYieldBounds)) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        {t('yield.bounds')} {data.warnBp / 100} % · {data.blockBp / 100} %
      </Button>
      {open ? <Dialog bounds={data} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function Dialog({ bounds, onClose }: { bounds: { warnBp: number; blockBp: number }; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ warn: number; block: number; basis: string }>();
  const act = useAct(api.trace.setYieldBounds, { onDone: onClose });
  const percent = (name: 'warn' | 'block', label: string) => (
    <Form.Item name={name} label={label} rules={[{ required: true, message: t('yield.boundNeeded') }]}>
      <InputNumber min={1} max={1000} precision={0} suffix="%" />
    </Form.Item>
  );
  return (
    <FormModal form={form} busy={act.busy} open title={t('yield.bounds')} onClose={onClose}>
      <p className="modal-words">{t('yield.boundsWords')}</p>
      <Form
        form={form}
        name="bounds"
        layout="vertical"
        initialValues={{ warn: bounds.warnBp / 100, block: bounds.blockBp / 100 }}
        onFinish={({ warn, block, basis }) =>
          act.run({ params: { county }, body: { warnBp: warn * 100, blockBp: block * 100, basis: basis.trim() } })
        }
      >
        {percent('warn', t('yield.warnAt'))}
        {percent('block', t('yield.blockAt'))}
        <Form.Item
          name="basis"
          label={t('yield.basis')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ warnBp: 'warn', blockBp: 'block' }} />
      </Form>
    </FormModal>
  );
}
