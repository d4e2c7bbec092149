import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Tabs } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { benefit } from '#benefit/contract';
import { registry, sensitiveFields } from '#registry/contract';
import { trace } from '#trace/contract';
import type { Household } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion, useCrops } from '../../parts/crops.ts';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Icon } from '../../parts/icons.tsx';
import { WeightCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { HouseholdPlots } from '../plots/HouseholdPlots.tsx';
import { ConfirmedYields } from './ConfirmYield.tsx';
import { HouseholdCardPart } from './HouseholdCard.tsx';
import { HouseholdStatementPart } from './HouseholdStatement.tsx';
import { MergeHousehold } from './MergeHousehold.tsx';
import { MoveHousehold } from './MoveHousehold.tsx';
import { NameConsentPart } from './NameConsent.tsx';
import { categoryTones, householdCategoryWords, mu } from './words.ts';

const household = (county: number, id: string) => ask('registry', 'household', { params: { county, id } });
const capacity = (county: number, id: string) => ask('trace', 'capacity', { params: { county, id } });

export const loader = ahead((county, _url, id) => [household(county, id), cropsQuestion()]);

/** How long a revealed name stays on a screen that may be left open. */
const SHOWN_FOR = 120_000;

/** One household: masked unless read with a reason, what it can yield and what it was paid. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const state = useUrlState();
  const query = useQuery(household(county, id));
  const [read, setRead] = useState<Household>();
  const [asking, setAsking] = useState(false);
  const [merging, setMerging] = useState(false);
  const [moving, setMoving] = useState(false);
  useEffect(() => {
    if (!read) return;
    const timer = setTimeout(() => setRead(undefined), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [read]);
  return (
    <Answer query={query}>
      {(masked) => {
        const one = read ?? masked;
        const head = one.members.find((m) => m.relation === 'head');
        const tab = oneOf(['statement', 'plots'], state.get('tab')) ?? 'file';
        return (
          <>
            <PageHeader
              title={head?.name ?? one.code}
              tags={
                <StatusTag tone={categoryTones[one.category]}>{say(householdCategoryWords[one.category])}</StatusTag>
              }
              about={`${one.code} · ${one.villageName}`}
              back={{ to: paths.households(county), label: t('menu.households') }}
              actions={
                <>
                  {may(registry.readHousehold) ? (
                    read ? (
                      <Button onClick={() => setRead(undefined)}>{t('household.hide')}</Button>
                    ) : (
                      <Button icon={<Icon name="lock" size={18} />} onClick={() => setAsking(true)}>
                        {t('household.reveal')}
                      </Button>
                    )
                  ) : null}
                  {may(registry.moveHousehold) ? (
                    <Button onClick={() => setMoving(true)}>{t('move.title')}</Button>
                  ) : null}
                  {may(registry.mergeHouseholds) ? (
                    <Button onClick={() => setMerging(true)}>{t('household.merge')}</Button>
                  ) : null}
                  {may(registry.changeHousehold) ? (
                    <Link className="button-link" to={paths.editHousehold(county, id)}>
                      {t('action.edit')}
                    </Link>
                  ) : null}
                </>
              }
            />
            <Tabs
              activeKey={tab}
              onChange={(key) => state.set({ tab: key === 'file' ? undefined : key }, { replace: true })}
              items={[
                { key: 'file', label: t('household.file'), children: <File one={one} read={Boolean(read)} /> },
                ...(may(trace.plots)
                  ? [
                      {
                        key: 'plots',
                        label: t('menu.plots'),
                        children: tab === 'plots' ? <HouseholdPlots household={id} /> : null,
                      },
                    ]
                  : []),
                ...(may(benefit.householdStatement)
                  ? [
                      {
                        key: 'statement',
                        label: t('household.statement'),
                        children: tab === 'statement' ? <HouseholdStatementPart county={county} id={id} /> : null,
                      },
                    ]
                  : []),
              ]}
            />
            {moving ? <MoveHousehold id={id} onClose={() => setMoving(false)} /> : null}
            {merging ? <MergeHousehold id={id} onClose={() => setMerging(false)} /> : null}
            <RevealDialog open={asking} county={county} id={id} onClose={() => setAsking(false)} onRead={setRead} />
          </>
        );
      }}
    </Answer>
  );
}

function File({ one, read }: { one: Household; read: boolean }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const crops = useCrops();
  const left = useQuery({ ...capacity(county, one.id), enabled: may(trace.capacity) });
  return (
    <div className="stack">
      <Part
        title={t('household.members')}
        question={read ? t('household.readNow') : t('household.maskedWords')}
        more={
          may(registry.readings) ? (
            <Link to={paths.accessLog(county, { household: one.id })}>{t('household.whoRead')}</Link>
          ) : null
        }
      >
        <ShortTable
          caption={t('household.members')}
          rows={one.members}
          rowKey={(m) => m.id}
          empty={t('household.noMembers')}
          columns={[
            { key: 'name', title: t('household.name'), render: (m) => m.name, card: 'title' },
            {
              key: 'relation',
              title: t('household.relation'),
              render: (m) => t(`relation.${m.relation}`),
              card: 'corner',
            },
            {
              key: 'idNumber',
              card: 'wide',
              title: t('household.idNumber'),
              render: (m) => <span className="num">{m.idNumber ?? '—'}</span>,
            },
            {
              key: 'phone',
              card: 'wide',
              title: t('household.phone'),
              render: (m) => <span className="num">{m.phone ?? '—'}</span>,
            },
          ]}
        />
      </Part>
      <HouseholdCardPart id={one.id} />
      <NameConsentPart id={one.id} />
      <Part
        title={t('household.yields')}
        question={t('household.yieldsWords')}
        more={
          may(trace.purchases) ? (
            <Link to={paths.notes(county, { household: one.id })}>{t('household.notes')}</Link>
          ) : null
        }
      >
        <ShortTable
          caption={t('household.yields')}
          rows={one.yields}
          rowKey={(y) => y.crop}
          empty={t('household.noYields')}
          columns={[
            { key: 'crop', title: t('household.crop'), render: (y) => crops.name(y.crop), card: 'title' },
            {
              key: 'area',
              title: t('household.area'),
              align: 'right',
              render: (y) => (y.areaCentimu ? mu(y.areaCentimu) : '—'),
            },
            { key: 'trees', title: t('household.trees'), align: 'right', render: (y) => y.trees || '—' },
            {
              key: 'limit',
              title: t('household.limit'),
              align: 'right',
              render: (y) => <WeightCell grams={left.data?.find((c) => c.crop === y.crop)?.limitGrams} />,
            },
            {
              key: 'bought',
              title: t('household.bought'),
              align: 'right',
              render: (y) => <WeightCell grams={left.data?.find((c) => c.crop === y.crop)?.boughtGrams} />,
            },
            {
              key: 'left',
              title: t('household.left'),
              align: 'right',
              card: 'corner',
              render: (y) => <WeightCell grams={left.data?.find((c) => c.crop === y.crop)?.leftGrams} />,
            },
          ]}
        />
      </Part>
      <ConfirmedYields id={one.id} crops={one.yields.map((y) => ({ value: y.crop, label: crops.name(y.crop) }))} />
      <Part title={t('household.more')}>
        <Facts
          items={[
            [t('household.code'), one.code],
            [t('note.village'), one.villageName],
            [t('household.since'), day(one.createdAt)],
          ]}
        />
        {one.moves.length > 0 ? (
          <>
            <h3>{t('move.history')}</h3>
            <ul className="plain-list">
              {one.moves.map((move) => (
                <li key={String(move.at)}>
                  <span className="num">{day(move.onDay)}</span>{' '}
                  {t('move.fromTo', { from: move.fromName, to: move.toName })}
                  <span className="mute">
                    {' '}
                    {move.reason} · {move.byName}
                  </span>
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </Part>
    </div>
  );
}

function RevealDialog({
  open,
  county,
  id,
  onClose,
  onRead,
}: {
  open: boolean;
  county: number;
  id: string;
  onClose: () => void;
  onRead: (household: Household) => void;
}) {
  const { t } = useWords();
  const [form] = Form.useForm<{ fields: (typeof sensitiveFields)[number][]; reason: string }>();
  const act = useAct(api.registry.readHousehold, {
    quiet: true,
    onDone: (answer) => {
      onRead(answer);
      onClose();
    },
  });
  const presets = [t('household.whyPay'), t('household.whyVisit'), t('household.whyCheck')];
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('household.reveal')}
      okText={t('household.revealNow')}
      forceRender
      onClose={onClose}
    >
      <p className="modal-words">{t('household.revealWords')}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ fields: ['name'], reason: '' }}
        onFinish={({ fields, reason }) => act.run({ params: { county, id }, body: { fields, reason: reason.trim() } })}
      >
        <Form.Item
          name="fields"
          label={t('household.which')}
          rules={[{ required: true, message: t('household.whichNeeded') }]}
        >
          <Checkbox.Group options={sensitiveFields.map((value) => ({ value, label: t(`household.${value}`) }))} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('household.why')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={200} showCount />
        </Form.Item>
        <div className="presets">
          {presets.map((preset) => (
            <button
              key={preset}
              type="button"
              className="preset"
              onClick={() => form.setFieldsValue({ reason: preset })}
            >
              {preset}
            </button>
          ))}
        </div>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
