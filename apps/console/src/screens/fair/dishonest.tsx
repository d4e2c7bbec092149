import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { benefit } from '#benefit/contract';
import type { Dishonest } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { addDays, today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, ShortTable } from '../../parts/DataTable.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { sellerKinds, useOrganisations } from '../../parts/organisations.ts';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

const question = (county: number) => ask('benefit', 'dishonest', { params: { county } });

export const loader = ahead((county) => [question(county)]);

type Listing = Dishonest['listings'][number];

/** Operators that cheated, for their term; and who the rule calls repeated. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const query = useQuery(question(county));
  const [adding, setAdding] = useState<{ org?: string }>();
  const [lifting, setLifting] = useState<string>();
  const lift = useAct(api.benefit.takeOffList, { onDone: () => setLifting(undefined) });
  const columns: Column<Listing>[] = [
    { key: 'org', title: t('dis.org'), card: 'title', render: (one) => one.orgName },
    { key: 'number', title: t('dis.number'), render: (one) => <span className="num">{one.number}</span> },
    { key: 'grounds', title: t('dis.grounds'), render: (one) => t(`dis.grounds.${one.grounds}`) },
    { key: 'reason', title: t('dis.reason'), card: 'wide', render: (one) => one.liftedBecause ?? one.reason },
    { key: 'document', title: t('dis.document'), card: 'wide', render: (one) => one.document },
    {
      key: 'term',
      title: t('dis.term'),
      card: 'wide',
      render: (one) => (
        <span className="num">
          {one.startsOn} – {one.endsOn}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('dis.state'),
      card: 'corner',
      render: (one) => (
        <StatusTag tone={one.running ? 'stop' : 'quiet'}>
          {t(one.running ? 'dis.running' : one.liftedAt ? 'dis.lifted' : 'dis.over')}
        </StatusTag>
      ),
    },
    {
      key: 'lift',
      title: '',
      render: (one) =>
        one.running && may(benefit.takeOffList) ? (
          <Button size="small" onClick={() => setLifting(one.id)}>
            {t('dis.lift')}
          </Button>
        ) : null,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.dishonest')}
        about={t('dis.about')}
        actions={
          may(benefit.putOnList) ? (
            <Button type="primary" onClick={() => setAdding({})}>
              {t('dis.list')}
            </Button>
          ) : null
        }
      />
      <Answer query={query}>
        {({ listings, repeated }) => (
          <div className="stack">
            {repeated.length > 0 ? (
              <Part title={t('dis.repeated')} question={t('dis.repeatedWords')}>
                <ShortTable
                  caption={t('dis.repeated')}
                  rows={repeated}
                  rowKey={(one) => one.org}
                  empty="—"
                  columns={[
                    { key: 'org', title: t('dis.org'), card: 'title', render: (one) => one.orgName },
                    { key: 'times', title: t('dis.reason'), render: (one) => t('dis.times', { n: one.times }) },
                    {
                      key: 'list',
                      title: '',
                      render: (one) =>
                        may(benefit.putOnList) ? (
                          <Button size="small" onClick={() => setAdding({ org: one.org })}>
                            {t('dis.list')}
                          </Button>
                        ) : null,
                    },
                  ]}
                />
              </Part>
            ) : null}
            <Part title={t('menu.dishonest')}>
              <ShortTable
                caption={t('menu.dishonest')}
                columns={columns}
                rows={listings}
                rowKey={(one) => one.id}
                empty={t('dis.empty')}
              />
            </Part>
          </div>
        )}
      </Answer>
      {adding ? <ListDialog of={adding.org} onClose={() => setAdding(undefined)} /> : null}
      <ConfirmWithReason
        open={Boolean(lifting)}
        title={t('dis.lift')}
        confirm={t('dis.lift')}
        busy={lift.busy}
        error={lift.error}
        onConfirm={(reason) => lifting && lift.run({ params: { county, id: lifting }, body: { reason } })}
        onCancel={() => setLifting(undefined)}
      >
        {t('dis.liftWords')}
      </ConfirmWithReason>
    </>
  );
}

type Values = { org: string; grounds: 'repeated' | 'proven'; reason: string; document: string; endsOn: string };

function ListDialog({ of, onClose }: { of: string | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const sellers = useOrganisations(sellerKinds);
  const [form] = Form.useForm<Values>();
  const act = useAct(api.benefit.putOnList, { onDone: onClose });
  const required = [{ required: true, whitespace: true, message: t('field.required') }];
  return (
    <Modal
      open
      title={t('dis.list')}
      okText={t('dis.list')}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: true, loading: act.busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="modal-words">{t('dis.listWords')}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ org: of, grounds: of ? 'repeated' : 'proven', endsOn: addDays(today(), 365) }}
        onFinish={(body) => act.run({ params: { county }, body })}
      >
        <Form.Item name="org" label={t('dis.org')} rules={required}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={sellers.data} />
        </Form.Item>
        <div className="form-row">
          <Form.Item name="grounds" label={t('dis.grounds')} rules={required}>
            <Select
              options={(['repeated', 'proven'] as const).map((value) => ({ value, label: t(`dis.grounds.${value}`) }))}
            />
          </Form.Item>
          <Form.Item name="endsOn" label={t('dis.endsOn')} rules={required}>
            <Input type="date" min={today()} />
          </Form.Item>
        </div>
        <Form.Item name="document" label={t('dis.document')} rules={required}>
          <Input maxLength={60} placeholder={t('dis.documentExample')} />
        </Form.Item>
        <Form.Item name="reason" label={t('dis.reason')} rules={required}>
          <Input.TextArea rows={3} maxLength={200} showCount />
        </Form.Item>
        <FormProblem error={act.error} form={form} fields={{}} />
      </Form>
    </Modal>
  );
}
