import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { trace } from '#trace/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day, readWeight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { WeightCell } from '../../parts/money.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { useCounty } from '../../session/session.ts';

/** What the county has confirmed of a household's yield, and confirming more. */
export function ConfirmedYields({ id, crops }: { id: string; crops: readonly { value: string; label: string }[] }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const [asking, setAsking] = useState(false);
  const { data } = useQuery({
    ...ask('trace', 'yieldConfirmations', { params: { county, id } }),
    enabled: may(trace.yieldConfirmations),
  });
  if (!data || (data.length === 0 && !may(trace.confirmYield)) || crops.length === 0) return null;
  return (
    <Part
      title={t('yield.confirmed')}
      more={may(trace.confirmYield) ? <Button onClick={() => setAsking(true)}>{t('yield.confirm')}</Button> : null}
    >
      <ShortTable
        caption={t('yield.confirmed')}
        rows={data}
        rowKey={(row) => String(row.at)}
        empty="—"
        columns={[
          { key: 'crop', title: t('yield.crop'), card: 'title', render: (row) => row.cropName },
          { key: 'year', title: t('yield.year'), render: (row) => row.year },
          {
            key: 'grams',
            title: t('yield.most'),
            align: 'right',
            card: 'corner',
            render: (row) => <WeightCell grams={row.grams} />,
          },
          {
            key: 'why',
            title: t('yield.reason'),
            card: 'wide',
            render: (row) => (
              <>
                {row.reason}
                <div className="mute">
                  {row.byName} {day(row.at)}
                </div>
              </>
            ),
          },
        ]}
      />
      {asking ? <Ask id={id} crops={crops} onClose={() => setAsking(false)} /> : null}
    </Part>
  );
}

function Ask({
  id,
  crops,
  onClose,
}: {
  id: string;
  crops: readonly { value: string; label: string }[];
  onClose: () => void;
}) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ crop: string; kg: string; reason: string }>();
  const act = useAct(api.trace.confirmYield, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open
      title={t('yield.confirm')}
      okText={t('yield.confirm')}
      onClose={onClose}
    >
      <p className="modal-words">{t('yield.confirmWords')}</p>
      <Form
        form={form}
        name="yield"
        layout="vertical"
        initialValues={{ crop: crops[0]?.value }}
        onFinish={({ crop, kg, reason }) =>
          act.run({ params: { county, id }, body: { crop, grams: readWeight(kg, 'kg') ?? 0, reason: reason.trim() } })
        }
      >
        <Form.Item name="crop" label={t('yield.crop')} rules={[{ required: true }]}>
          <Select options={[...crops]} />
        </Form.Item>
        <Form.Item
          name="kg"
          label={t('yield.grams')}
          rules={[
            {
              validator: (_, text: string | undefined) =>
                readWeight(text ?? '', 'kg') ? Promise.resolve() : Promise.reject(new Error(t('op.kgNeeded'))),
            },
          ]}
        >
          <Input inputMode="decimal" suffix={locale === 'zh' ? '公斤' : 'kg'} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('yield.reason')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={200} />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{ grams: 'kg' }} />
      </Form>
    </FormModal>
  );
}
