import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { benefit } from '#benefit/contract';
import { organisationKindWords, registry, roleWords } from '#registry/contract';
import { trade } from '#trade/contract';
import type { Organisation, Staff } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import type { Role } from '../../session/roles.ts';
import { useCounty } from '../../session/session.ts';
import { OrganisationForm } from './OrganisationForm.tsx';
import { OrgState } from './OrgState.tsx';

const organisation = (county: number, id: string) => ask('registry', 'organisation', { params: { county, id } });

export const loader = ahead((county, _url, id) => [organisation(county, id)]);

/** Roles that make sense in each kind of organisation; the server refuses others. */
const rolesOf: Record<Organisation['kind'], readonly Role[]> = {
  merchant: ['merchant'],
  cooperative: ['merchant'],
  station: ['keeper'],
  county_centre: ['operator', 'cadre', 'auditor'],
  platform: ['platform', 'auditor'],
  purchasing_unit: ['purchaser'],
  logistics: ['courier'],
};

/** One organisation: what it is, and who works there in which role. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(organisation(county, id));
  const [editing, setEditing] = useState(false);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Staff>();
  const change = useAct(api.registry.changeOrganisation, { onDone: () => setEditing(false) });
  const remove = useAct(api.registry.removeStaff, { onDone: () => setRemoving(undefined) });
  const buysFor = useQuery({
    ...organisation(county, query.data?.organisation.buysFor ?? ''),
    enabled: Boolean(query.data?.organisation.buysFor),
  });
  return (
    <Answer query={query}>
      {({ organisation: one, people }) => (
        <>
          <PageHeader
            title={one.name}
            tags={<OrgState state={one.state} />}
            about={`${say(organisationKindWords[one.kind])} · ${one.regionName}`}
            back={{ to: paths.organisations(county), label: t('menu.organisations') }}
            actions={
              may(registry.changeOrganisation) && !editing ? (
                <Button onClick={() => setEditing(true)}>{t('action.edit')}</Button>
              ) : null
            }
          />
          {editing ? (
            <Part title={t('action.edit')}>
              <OrganisationForm
                initial={one}
                busy={change.busy}
                error={change.error}
                onSubmit={(body) => change.run({ params: { county, id }, body })}
              />
            </Part>
          ) : (
            <Part title={t('org.what')}>
              <Facts
                items={[
                  [
                    t('org.code'),
                    <span key="c" className="num">
                      {one.code}
                    </span>,
                  ],
                  [t('org.region'), one.regionName],
                  [t('org.contact'), one.contact],
                  [
                    t('household.phone'),
                    <span key="p" className="num">
                      {one.phone}
                    </span>,
                  ],
                  one.buysFor
                    ? [
                        t('org.buysFor'),
                        <Link key="b" to={paths.organisation(county, one.buysFor)}>
                          {buysFor.data?.organisation.name ?? t('action.view')}
                        </Link>,
                      ]
                    : undefined,
                  [t('org.since'), day(one.createdAt)],
                  may(benefit.figures)
                    ? [
                        t('menu.figures'),
                        <Link key="f" to={paths.section(county, 'figures', { org: one.id })}>
                          {t('action.view')}
                        </Link>,
                      ]
                    : undefined,
                  may(trade.statement)
                    ? [
                        t('menu.statements'),
                        <Link key="s" to={paths.statements(county, { org: one.id })}>
                          {t('action.view')}
                        </Link>,
                      ]
                    : undefined,
                ]}
              />
            </Part>
          )}
          <Part
            title={t('org.people')}
            question={t('org.peopleWords')}
            more={may(registry.addStaff) ? <Button onClick={() => setAdding(true)}>{t('org.addPerson')}</Button> : null}
          >
            <ShortTable
              caption={t('org.people')}
              rows={people}
              rowKey={(p) => `${p.person}-${p.role}`}
              empty={t('org.noPeople')}
              columns={[
                { key: 'name', title: t('household.name'), render: (p) => p.name, card: 'title' },
                { key: 'username', title: t('signIn.username'), render: (p) => p.username ?? '—' },
                { key: 'role', title: t('org.role'), card: 'corner', render: (p) => say(roleWords[p.role]) },
                { key: 'region', title: t('org.region'), render: (p) => <RegionName code={p.region} /> },
                { key: 'since', title: t('org.since'), render: (p) => day(p.createdAt) },
                ...(may(registry.removeStaff)
                  ? [
                      {
                        key: 'remove',
                        title: t('org.rolesTake'),
                        render: (p: Staff) => (
                          <Button size="small" onClick={() => setRemoving(p)}>
                            {t('org.takeBack')}
                          </Button>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
          </Part>
          <AddPerson open={adding} of={one} onClose={() => setAdding(false)} />
          <Modal
            open={Boolean(removing)}
            title={t('org.takeBackTitle')}
            okText={t('org.takeBack')}
            cancelText={t('action.cancel')}
            okButtonProps={{ danger: true, loading: remove.busy }}
            onOk={() => {
              if (removing) remove.run({ params: { county, id, person: removing.person, role: removing.role } });
            }}
            onCancel={() => setRemoving(undefined)}
          >
            {removing ? (
              <p>{t('org.takeBackWords', { name: removing.name, role: say(roleWords[removing.role]) })}</p>
            ) : null}
            {remove.error ? <ErrorState error={remove.error} compact /> : null}
          </Modal>
        </>
      )}
    </Answer>
  );
}

function RegionName({ code }: { code: string }) {
  const { t } = useWords();
  const full = code.padEnd(12, '0');
  const query = useQuery({
    ...ask('registry', 'region', { params: { code: full } }),
    enabled: code !== '',
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <>{code === '' ? t('region.country') : (query.data?.region.name ?? code)}</>;
}

function AddPerson({ open, of, onClose }: { open: boolean; of: Organisation; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ name: string; username: string; password: string; role: Role; region: string }>();
  const act = useAct(api.registry.addStaff, {
    onDone: () => {
      form.resetFields();
      onClose();
    },
  });
  const roles = rolesOf[of.kind];
  return (
    <FormModal form={form} busy={act.busy} open={open} title={t('org.addPerson')} onClose={onClose}>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: roles[0], region: of.region }}
        onFinish={(body) => act.run({ params: { county, id: of.id }, body })}
      >
        <Form.Item
          name="name"
          label={t('household.name')}
          rules={[{ required: true, whitespace: true, message: t('household.nameNeeded') }]}
        >
          <Input autoComplete="off" maxLength={60} />
        </Form.Item>
        <Form.Item
          name="username"
          label={t('signIn.username')}
          extra={t('org.usernameWords')}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9_.-]{2,39}$/, message: t('org.usernameWrong') }]}
          validateTrigger="onBlur"
        >
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('org.firstPassword')}
          rules={[{ required: true, min: 10, message: t('org.passwordShort') }]}
          validateTrigger="onBlur"
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="role" label={t('org.role')}>
          <Select options={roles.map((value) => ({ value, label: say(roleWords[value]) }))} />
        </Form.Item>
        <Form.Item name="region" label={t('org.region')} extra={t('org.regionWords')}>
          <RegionPicker county={county} level="any" />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
