import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { reportKindNames, reportKinds } from '#trace/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { PaperUpload } from '../../parts/PaperUpload.tsx';
import { useCounty } from '../../session/session.ts';

type Item = { name: string; unit?: string; most?: string; measured?: string };
type Values = {
  lot: string;
  kind: (typeof reportKindNames)[number];
  number: string;
  lab: string;
  cma?: string;
  sampledOn: string;
  issuedOn: string;
  items: Item[];
  file?: string;
};

/** Records a report item by item; whether it passed is computed from them. */
export function RecordReport({ open, lot, onClose }: { open: boolean; lot?: string; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const [typed, setTyped] = useState('');
  const act = useAct(api.trace.recordReport, { onDone: onClose });
  const lots = useQuery({
    ...ask('trace', 'lots', { params: { county }, query: { q: typed.trim() || undefined, size: 20 } }),
    enabled: open,
    placeholderData: keepPreviousData,
    select: ({ rows }) =>
      rows.map((one) => ({ value: one.id, label: `${one.number} ${one.productName ?? one.cropName} ${one.grade}` })),
  });
  const kind = Form.useWatch('kind', form) ?? 'own_test';
  const needed = [{ required: true, message: t('field.required') }];
  const figure = [{ pattern: /^\d{1,9}(\.\d{1,6})?$/, message: t('reports.figure') }];
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('reports.add')} width={720} onClose={onClose}>
      <p className="modal-words">{t('reports.about')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{ lot, kind: 'own_test', sampledOn: today(), issuedOn: today(), items: [{ unit: 'mg/kg' }] }}
        onFinish={({ items, cma, ...values }) =>
          act.run({
            params: { county },
            body: {
              ...values,
              cma: reportKinds[values.kind].cma ? cma?.trim() || null : null,
              items: items.map((item) => ({
                name: item.name,
                unit: item.unit ?? '',
                most: item.most || null,
                measured: item.measured || null,
              })),
            },
          })
        }
      >
        <Form.Item name="lot" label={t('reports.lot')} rules={needed}>
          <Select
            showSearch={{ filterOption: false, onSearch: setTyped }}
            placeholder={t('reports.lotHint')}
            options={lots.data ?? []}
            loading={lots.isFetching}
          />
        </Form.Item>
        <Form.Item name="kind" label={t('reports.kind')} rules={needed}>
          <Select options={reportKindNames.map((value) => ({ value, label: say(reportKinds[value].words) }))} />
        </Form.Item>
        <Form.Item name="number" label={t('reports.number')} rules={needed}>
          <Input maxLength={40} className="num" autoComplete="off" />
        </Form.Item>
        <Form.Item name="lab" label={t('reports.lab')} rules={needed}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        {reportKinds[kind].cma ? (
          <Form.Item
            name="cma"
            label={t('reports.cma')}
            rules={[...needed, { pattern: /^\d{12}$/, message: t('reports.cmaWrong') }]}
          >
            <Input maxLength={12} inputMode="numeric" className="num" autoComplete="off" />
          </Form.Item>
        ) : null}
        <Form.Item name="sampledOn" label={t('reports.sampledOn')} rules={needed}>
          <Input type="date" max={today()} />
        </Form.Item>
        <Form.Item name="issuedOn" label={t('reports.issuedOn')} rules={needed}>
          <Input type="date" max={today()} />
        </Form.Item>
        <Form.List name="items">
          {(fields, { add, remove }) => (
            <fieldset className="plain-fieldset">
              <legend>{t('reports.items')}</legend>
              {fields.map(({ key, name }) => (
                <div key={key} className="form-row">
                  <Form.Item name={[name, 'name']} label={t('reports.item')} rules={needed}>
                    <Input maxLength={60} autoComplete="off" />
                  </Form.Item>
                  <Form.Item name={[name, 'unit']} label={t('reports.unit')}>
                    <Input maxLength={20} autoComplete="off" />
                  </Form.Item>
                  <Form.Item
                    name={[name, 'most']}
                    label={t('reports.most')}
                    rules={figure}
                    extra={t('reports.mostHint')}
                  >
                    <Input inputMode="decimal" className="num" autoComplete="off" />
                  </Form.Item>
                  <Form.Item
                    name={[name, 'measured']}
                    label={t('reports.measured')}
                    rules={figure}
                    extra={t('reports.measuredHint')}
                  >
                    <Input inputMode="decimal" className="num" autoComplete="off" />
                  </Form.Item>
                  {fields.length > 1 ? (
                    <Button size="small" onClick={() => remove(name)}>
                      {t('reports.removeItem')}
                    </Button>
                  ) : null}
                </div>
              ))}
              <Button onClick={() => add({ unit: 'mg/kg' })}>{t('reports.addItem')}</Button>
            </fieldset>
          )}
        </Form.List>
        <Form.Item name="file" label={t('received.file')}>
          <PaperUpload send={(options) => api.trace.addPaper({ params: { county, kind: 'report' } }, options)} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
