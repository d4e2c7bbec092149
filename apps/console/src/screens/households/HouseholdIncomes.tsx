import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { benefit } from '#benefit/contract';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

type Values = { year: number; yuan: number; source: string };

/** What a household's whole income of past years was, who says so, and how much of it came by our entries. */
export function HouseholdIncomesPart({ county, id }: { county: number; id: string }) {
  const { t } = useWords();
  const { may } = useCounty();
  const [entering, setEntering] = useState(false);
  const [form] = Form.useForm<Values>();
  const lastYear = Number(today().slice(0, 4)) - 1;
  const query = useQuery(ask('benefit', 'householdIncomes', { params: { county, id } }));
  const close = () => setEntering(false);
  const act = useAct(api.benefit.enterIncome, {
    onDone: () => {
      form.resetFields();
      close();
      void query.refetch();
    },
  });
  return (
    <Part
      title={t('incomes.title')}
      question={t('incomes.ask')}
      more={
        may(benefit.enterIncome) ? <Button onClick={() => setEntering(true)}>{t('incomes.enter')}</Button> : undefined
      }
    >
      <Answer query={query} rows={2}>
        {(rows) => (
          <ShortTable
            caption={t('incomes.title')}
            rows={rows}
            rowKey={(row) => String(row.year)}
            empty={t('incomes.none')}
            columns={[
              { key: 'year', title: t('figures.year'), card: 'title', render: (row) => row.year },
              { key: 'source', title: t('incomes.source'), card: 'wide', render: (row) => `${row.source} · ${row.on}` },
              {
                key: 'share',
                title: t('incomes.share'),
                align: 'right',
                render: (row) => <span className="num">{(row.shareBp / 100).toFixed(1)}%</span>,
              },
              {
                key: 'fen',
                title: t('incomes.income'),
                align: 'right',
                card: 'corner',
                render: (row) => <MoneyCell fen={row.fen} tone="strong" />,
              },
            ]}
          />
        )}
      </Answer>
      <FormModal form={form} busy={act.busy} open={entering} title={t('incomes.enter')} onClose={close}>
        <Form<Values>
          form={form}
          layout="vertical"
          initialValues={{ year: lastYear }}
          onFinish={({ year, yuan, source }) =>
            act.run({ params: { county, id }, body: { year, fen: Math.round(yuan * 100), source } })
          }
        >
          <Form.Item name="year" label={t('figures.year')} rules={[{ required: true, message: t('field.required') }]}>
            <InputNumber min={2000} max={lastYear} precision={0} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item name="yuan" label={t('incomes.yuan')} rules={[{ required: true, message: t('field.required') }]}>
            <InputNumber min={0.01} max={10_000_000} precision={2} style={{ width: '100%' }} />
          </Form.Item>
          <Form.Item
            name="source"
            label={t('incomes.source')}
            rules={[{ required: true, min: 2, message: t('field.required') }]}
          >
            <Input maxLength={60} placeholder={t('incomes.sourceHint')} />
          </Form.Item>
          <FormProblem error={act.error} form={form} fields={{ fen: 'yuan' }} />
        </Form>
      </FormModal>
    </Part>
  );
}
