import { Button, Form } from 'antd';
import { useState } from 'react';
import { registry } from '#registry/contract';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Icon } from '../../parts/icons.tsx';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { CardSheets } from '../../print/CardSheet.tsx';
import { usePrint } from '../../print/Printable.tsx';
import { useCounty } from '../../session/session.ts';
import { regionWithin } from './region-within.ts';

/** Cards for a whole village: each household that has none gets one, ten on a sheet. */
export function VillageCards() {
  const { t } = useWords();
  const { county, name, may, memberships } = useCounty();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<{ village: string }>();
  const act = useAct(api.registry.issueCards);
  const [print, printing] = usePrint('A4');
  if (!may(registry.issueCards)) return null;
  const within = regionWithin(memberships);
  const made = act.answer;
  const close = () => {
    setOpen(false);
    act.reset();
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('card.village')}</Button>
      <FormModal
        form={form}
        busy={act.busy}
        open={open}
        title={t('card.village')}
        okText={t('card.villageMake')}
        onClose={close}
      >
        <p className="modal-words">{t('card.villageWords')}</p>
        <Form
          form={form}
          name="village-cards"
          layout="vertical"
          initialValues={within.length === 12 ? { village: within } : {}}
          onFinish={({ village }) => act.run({ params: { county }, body: { village } })}
        >
          <Form.Item
            name="village"
            label={t('note.village')}
            rules={[{ required: true, message: t('household.villageNeeded') }]}
          >
            <RegionPicker county={county} within={within} />
          </Form.Item>
          <FormProblem error={act.error} form={form} />
        </Form>
        {made?.length === 0 ? <p role="status">{t('card.villageAll')}</p> : null}
        {made && made.length > 0 ? (
          <div role="status">
            <p>{t('card.villageMade', { n: made.length, sheets: Math.ceil(made.length / 10) })}</p>
            <Button type="primary" icon={<Icon name="print" size={18} />} onClick={print}>
              {t('card.print')}
            </Button>
          </div>
        ) : null}
      </FormModal>
      {made ? printing(<CardSheets cards={made} county={name} />) : null}
    </>
  );
}
