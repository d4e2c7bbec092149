import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { benefit, confidences, sampleUnits, sampleUnitWords } from '#benefit/contract';
import type { SampleRow } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { addDays, today, yuanShort } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { percent } from './percent.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'samples', { params: { county }, query: pageOf(url) });

export const loader = ahead((county, url) => [list(county, url)]);

/** Samples that were drawn, with what each says beside what is claimed. */
export function Component() {
  const { t, say, locale } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [drawing, setDrawing] = useState(false);
  const columns: Column<SampleRow>[] = [
    {
      key: 'number',
      title: t('sample.number'),
      card: 'title',
      render: (one) => (
        <Link className="num" to={paths.sample(county, one.id)}>
          {one.number}
        </Link>
      ),
    },
    {
      key: 'period',
      title: t('sample.period'),
      render: (one) => (
        <span className="num">
          {one.fromMonth} – {one.toMonth}
        </span>
      ),
    },
    { key: 'unit', title: t('sample.unit'), render: (one) => say(sampleUnitWords[one.unit]) },
    {
      key: 'size',
      title: t('sample.size'),
      render: (one) => t('sample.sizeOf', { population: one.population, size: one.size }),
    },
    {
      key: 'asked',
      title: t('sample.progress'),
      align: 'right',
      render: (one) => (
        <span className="num">
          {one.asked} / {one.size}
        </span>
      ),
    },
    {
      key: 'claimed',
      title: t('sample.claimed'),
      align: 'right',
      render: (one) => <span className="num">{yuanShort(one.claimedFen, locale)}</span>,
    },
    {
      key: 'actual',
      title: t('sample.actual'),
      align: 'right',
      render: (one) => <span className="num">{one.estimate ? yuanShort(one.estimate.actualFen, locale) : '—'}</span>,
    },
    {
      key: 'share',
      title: t('sample.share'),
      align: 'right',
      render: (one) => <span className="num">{one.estimate ? percent(one.estimate.share) : '—'}</span>,
    },
    {
      key: 'state',
      title: t('dis.state'),
      card: 'corner',
      render: (one) => (
        <StatusTag tone={one.closedAt ? 'good' : 'wait'}>{t(one.closedAt ? 'sample.closed' : 'sample.open')}</StatusTag>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.samples')}
        about={t('sample.about')}
        actions={
          may(benefit.drawSample) ? (
            <Button type="primary" onClick={() => setDrawing(true)}>
              {t('sample.draw')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.samples')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(one) => one.id}
        empty={{ title: t('sample.empty'), words: t('sample.emptyWords') }}
      />
      {drawing ? <DrawDialog onClose={() => setDrawing(false)} /> : null}
    </>
  );
}

type Body = Parameters<typeof api.benefit.drawSample>[0]['body'];

function DrawDialog({ onClose }: { onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const staff = useQuery(ask('benefit', 'sampleCheckers', { params: { county } }));
  const [form] = Form.useForm<Body>();
  const act = useAct(api.benefit.drawSample, { onDone: ({ id }) => void navigate(paths.sample(county, id)) });
  const required = [{ required: true, message: t('field.required') }];
  const month = today().slice(0, 7);
  return (
    <Modal
      open
      title={t('sample.draw')}
      okText={t('sample.draw')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="modal-words">{t('sample.drawWords')}</p>
      <Form<Body>
        form={form}
        layout="vertical"
        initialValues={{
          ...{ unit: 'household', fromMonth: month, toMonth: month, confidenceBp: 9_500, marginBp: 1_000 },
          dueOn: addDays(today(), 14),
        }}
        onFinish={(body) => act.run({ params: { county }, body: { ...body, region: String(county) } })}
      >
        <div className="form-row">
          <Form.Item name="fromMonth" label={t('sample.from')} rules={required}>
            <Input type="month" max={month} />
          </Form.Item>
          <Form.Item name="toMonth" label={t('sample.to')} rules={required}>
            <Input type="month" max={month} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="unit" label={t('sample.unit')} rules={required}>
            <Select options={sampleUnits.map((value) => ({ value, label: say(sampleUnitWords[value]) }))} />
          </Form.Item>
          <Form.Item name="dueOn" label={t('sample.due')} rules={required}>
            <Input type="date" min={addDays(today(), 1)} />
          </Form.Item>
        </div>
        <div className="form-row">
          <Form.Item name="confidenceBp" label={t('sample.confidence')} rules={required}>
            <Select options={confidences.map((value) => ({ value, label: `${value / 100}%` }))} />
          </Form.Item>
          <Form.Item name="marginBp" label={t('sample.margin')} rules={required}>
            <Select options={[300, 500, 1_000, 1_500].map((value) => ({ value, label: `±${value / 100}%` }))} />
          </Form.Item>
        </div>
        <Form.Item name="checkers" label={t('sample.checkers')} extra={t('sample.checkersHint')} rules={required}>
          <Select
            mode="multiple"
            optionFilterProp="label"
            options={staff.data?.map((one) => ({
              value: one.person,
              label: `${one.name} · ${t(`role.${one.role}`)} · ${one.orgName}`,
            }))}
          />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{}} />
      </Form>
    </Modal>
  );
}
