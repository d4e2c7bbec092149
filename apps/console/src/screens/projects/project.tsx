import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { agreementMoves, benefit } from '#benefit/contract';
import { deliveryMoves, deliveryStates, presale, projectMoves, publicProjectStates } from '#presale/contract';
import { registry } from '#registry/contract';
import type { Project } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, today, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { agreementTones } from '../agreements/agreement-tones.ts';
import { NewsPart } from './NewsPart.tsx';
import { PledgeTable } from './PledgeTable.tsx';
import { projectTones } from './project-tones.ts';
import { Raised } from './Raised.tsx';

const question = (county: number, id: string) => ask('presale', 'projectFile', { params: { county, id } });
const pledges = (county: number, id: string, url: URLSearchParams) =>
  ask('presale', 'projectPledges', {
    params: { county, id },
    query: { ...pageOf(url), delivery: oneOf(deliveryStates, url.get('delivery')), tier: given(url, 'tier') },
  });

export const loader = ahead((county, url, id) => [question(county, id), pledges(county, id, url)]);

/** One project: how far it is, what is owed for it, whose it is, and its way to the shop. */
export function Component() {
  const { county } = useCounty();
  const query = useQuery(question(county, useParams().id ?? ''));
  return <Answer query={query}>{(project) => <File project={project} />}</Answer>;
}

function File({ project }: { project: Project }) {
  const { t, say } = useWords();
  const { id, state } = project;
  const over = state !== 'open' && state !== 'draft' && state !== 'submitted';
  return (
    <>
      <PageHeader
        title={project.titleZh}
        tags={<StatusTag tone={projectTones[state]}>{say(projectMoves.states[state])}</StatusTag>}
        about={`${project.number} · ${project.orgName} · ${project.opensOn} – ${project.endsOn}`}
        back={{ to: paths.projects(project.county), label: t('menu.projects') }}
        actions={<Acts project={project} />}
      />
      <div className="figures">
        <Figure
          label={t('crowd.raised')}
          value={yuan(project.raisedFen)}
          note={<Raised project={project} />}
          tone="pine"
        />
        <Figure label={t('crowd.backers')} value={project.backers} note={<TimeLeft project={project} />} />
        <Figure
          label={t('crowd.householdsPart')}
          value={yuan(project.parts.householdFen)}
          note={t('agr.householdsOf', { n: String(project.households) })}
        />
        <Figure
          label={t('crowd.deliverBy')}
          value={project.deliverBy}
          note={over ? t('crowd.owedCount', { n: project.owed.owed }) : undefined}
        />
      </div>
      <div className="stack">
        {project.backers > 0 || over || state === 'open' ? <Pledges project={project} /> : null}
        {over || state === 'open' ? <NewsPart project={project} /> : null}
        <Tiers project={project} />
        <div className="columns">
          <div className="stack">
            <Households project={project} />
            <Agreements id={id} org={project.org} state={state} />
            <Part title={t('crowd.story')}>
              {project.storyZh ? (
                <div className="said">{project.storyZh}</div>
              ) : (
                <p className="mute">{t('crowd.noStory')}</p>
              )}
              {project.storyEn ? (
                <div className="said mute" lang="en">
                  {project.storyEn}
                </div>
              ) : null}
            </Part>
          </div>
          <div className="stack">
            <Part title={t('crowd.money')} question={t('crowd.moneyQuestion')}>
              <Facts
                items={[
                  [t('crowd.householdsPart'), <MoneyCell key="h" fen={project.parts.householdFen} tone="strong" />],
                  [t('crowd.costs'), <MoneyCell key="c" fen={project.parts.costFen} />],
                  [
                    `${t('crowd.fund')} ${t('crowd.percent', { n: project.fundBp / 100 })}`,
                    <MoneyCell key="f" fen={project.parts.fundFen} />,
                  ],
                  [t('crowd.goal'), <MoneyCell key="g" fen={project.goalFen} />],
                ]}
              />
            </Part>
            <Part title={t('crowd.history')}>
              <ol className="timeline">
                {project.moves.map((move) => (
                  <li key={`${move.to} ${move.at}`}>
                    <b>{say(projectMoves.states[move.to])}</b>{' '}
                    <span className="mute num">
                      {dayTime(move.at)} {move.byName}
                    </span>
                    {move.words ? <div>{move.words}</div> : null}
                  </li>
                ))}
              </ol>
            </Part>
          </div>
        </div>
      </div>
    </>
  );
}

function TimeLeft({ project }: { project: Project }) {
  const { t } = useWords();
  if (project.state !== 'open') return t('crowd.lastDay', { day: project.endsOn });
  if (today() < project.opensOn) return t('crowd.notBegun');
  return t('crowd.endsIn', { n: Math.max(0, (Date.parse(project.endsOn) - Date.parse(today())) / 86_400_000 + 1) });
}

type Asking = 'submit' | 'open' | 'withdraw' | 'sendBack' | 'cancel';

/** The moves that leave this state, each for whom the contract names; greyed with its reason where it is not theirs now. */
function Acts({ project }: { project: Project }) {
  const { t } = useWords();
  const { county, may, is } = useCounty();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking>();
  const done = { onDone: () => setAsking(undefined) };
  const submit = useAct(api.presale.submitProject, done);
  const open = useAct(api.presale.openProject, done);
  const withdraw = useAct(api.presale.withdrawProject, done);
  const sendBack = useAct(api.presale.sendBackProject, done);
  const cancel = useAct(api.presale.cancelProject, done);
  const { id, state } = project;
  const params = { county, id };
  const shown = (act: string, route: Parameters<typeof may>[0]) =>
    projectMoves.from(state).some((move) => move.act === act) && may(route);
  const notOurs = project.ours || is('operator') ? undefined : t('crowd.notOurs');
  const confirm = asking === 'submit' ? submit : open;
  const reasoned = asking === 'withdraw' ? withdraw : asking === 'sendBack' ? sendBack : cancel;
  return (
    <>
      {(publicProjectStates as readonly string[]).includes(state) ? (
        <Button href={`/projects/${county}/${id}`} target="_blank" rel="noreferrer">
          {t('crowd.inShop')}
        </Button>
      ) : null}
      {shown('withdraw', presale.withdrawProject) ? (
        <MoveButton label={t('crowd.withdraw')} why={notOurs} onClick={() => setAsking('withdraw')} />
      ) : null}
      {state === 'draft' && may(presale.changeProject) ? (
        <MoveButton
          label={t('crowd.edit')}
          why={notOurs}
          onClick={() => void navigate(paths.changeProject(county, id))}
        />
      ) : null}
      {shown('submit', presale.submitProject) ? (
        <MoveButton label={t('crowd.submit')} primary why={notOurs} onClick={() => setAsking('submit')} />
      ) : null}
      {shown('send-back', presale.sendBackProject) ? (
        <MoveButton label={t('crowd.sendBack')} onClick={() => setAsking('sendBack')} />
      ) : null}
      {shown('open', presale.openProject) ? (
        <MoveButton
          label={t('crowd.open')}
          primary
          why={project.mine ? t('crowd.same') : undefined}
          onClick={() => setAsking('open')}
        />
      ) : null}
      {shown('cancel', presale.cancelProject) ? (
        <MoveButton label={t('crowd.cancel')} danger onClick={() => setAsking('cancel')} />
      ) : null}
      <Modal
        open={asking === 'submit' || asking === 'open'}
        title={asking === 'open' ? t('crowd.open') : t('crowd.submit')}
        okText={asking === 'open' ? t('crowd.open') : t('crowd.submit')}
        cancelText={t('action.cancel')}
        okButtonProps={{ loading: confirm.busy }}
        onOk={() => confirm.run({ params })}
        onCancel={() => setAsking(undefined)}
      >
        <p>
          {asking === 'open'
            ? t('crowd.openWords', {
                ...{ goal: yuan(project.goalFen), from: project.opensOn, to: project.endsOn },
                n: project.households,
              })
            : t('crowd.submitWords')}
        </p>
        {confirm.error ? <ErrorState error={confirm.error} compact /> : null}
      </Modal>
      <ConfirmWithReason
        open={asking === 'withdraw' || asking === 'sendBack' || asking === 'cancel'}
        title={asking ? t(`crowd.${asking}`) : ''}
        label={t('crowd.reason')}
        confirm={asking ? t(`crowd.${asking}`) : ''}
        danger={asking === 'cancel'}
        busy={reasoned.busy}
        error={reasoned.error}
        onConfirm={(reason) => reasoned.run({ params, body: { reason } })}
        onCancel={() => setAsking(undefined)}
      >
        {asking === 'withdraw'
          ? t('crowd.withdrawWords')
          : asking === 'sendBack'
            ? t('crowd.sendBackWords')
            : t('crowd.cancelWords', { n: project.backers, yuan: yuan(project.raisedFen) })}
      </ConfirmWithReason>
    </>
  );
}

function Pledges({ project }: { project: Project }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...pledges(county, project.id, state.params), placeholderData: keepPreviousData });
  const { owed, packed, sent, received } = project.owed;
  const begun = owed + packed + sent + received > 0;
  return (
    <Part
      title={t('crowd.pledges')}
      question={begun ? t('crowd.deliveryLine', { owed, packed, sent, received }) : t('crowd.pledgesQuestion')}
    >
      <PledgeTable
        caption={t('crowd.pledges')}
        query={query}
        state={state}
        filters={[
          {
            key: 'delivery',
            label: t('crowd.delivery'),
            options: deliveryStates.map((value) => ({ value, label: say(deliveryMoves.states[value]) })),
          },
          {
            key: 'tier',
            label: t('crowd.tier'),
            width: 180,
            options: project.tiers.map((tier) => ({ value: tier.id, label: tier.nameZh })),
          },
        ]}
      />
    </Part>
  );
}

function Tiers({ project }: { project: Project }) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  return (
    <Part title={t('crowd.tiers')} question={t('crowd.tiersQuestion')}>
      <ShortTable
        caption={t('crowd.tiers')}
        rows={project.tiers}
        rowKey={(tier) => tier.id}
        empty="—"
        columns={[
          {
            key: 'name',
            title: t('crowd.tier'),
            card: 'title',
            render: (tier) => <b>{locale === 'en' && tier.nameEn ? tier.nameEn : tier.nameZh}</b>,
          },
          {
            key: 'price',
            title: t('crowd.price'),
            align: 'right',
            card: 'corner',
            render: (tier) => <MoneyCell fen={tier.priceFen} tone="strong" />,
          },
          {
            key: 'owed',
            title: t('crowd.owes'),
            card: 'wide',
            render: (tier) =>
              tier.owed ? (
                <Link to={paths.product(county, tier.owed.product)}>
                  {locale === 'en' && tier.owed.nameEn ? tier.owed.nameEn : tier.owed.nameZh}{' '}
                  {locale === 'en' && tier.owed.skuNameEn ? tier.owed.skuNameEn : tier.owed.skuNameZh} ×{' '}
                  {tier.owed.packs}
                </Link>
              ) : (
                <span className="mute">{t('crowd.thanksOnly')}</span>
              ),
          },
          {
            key: 'left',
            title: t('crowd.left'),
            align: 'right',
            render: (tier) => (
              <span className="num">{t('crowd.leftOf', { left: tier.left, places: tier.places })}</span>
            ),
          },
          {
            key: 'limit',
            title: t('crowd.limit'),
            align: 'right',
            render: (tier) => <span className="num">{tier.limit}</span>,
          },
          {
            key: 'households',
            title: t('crowd.householdsPart'),
            align: 'right',
            render: (tier) => <MoneyCell fen={tier.parts.householdFen} />,
          },
          {
            key: 'costs',
            title: t('crowd.costs'),
            align: 'right',
            render: (tier) => <MoneyCell fen={tier.parts.costFen} />,
          },
          {
            key: 'fund',
            title: t('crowd.fund'),
            align: 'right',
            render: (tier) => <MoneyCell fen={tier.parts.fundFen} />,
          },
        ]}
      />
    </Part>
  );
}

function Households({ project }: { project: Project }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  return (
    <Part title={t('crowd.households')} question={t('crowd.householdsQuestion')}>
      <ShortTable
        caption={t('crowd.households')}
        rows={project.shares}
        rowKey={(one) => one.household}
        empty={t('crowd.sharesHidden')}
        columns={[
          {
            key: 'household',
            title: t('crowd.household'),
            card: 'title',
            render: (one) =>
              may(registry.household) ? (
                <Link className="num" to={paths.household(county, one.household)}>
                  {one.householdCode}
                </Link>
              ) : (
                <span className="num">{one.householdCode}</span>
              ),
          },
          { key: 'village', title: t('crowd.village'), render: (one) => one.villageName },
          {
            key: 'bp',
            title: t('crowd.share'),
            align: 'right',
            card: 'corner',
            render: (one) => <b className="num">{t('crowd.percent', { n: one.bp / 100 })}</b>,
          },
        ]}
      />
    </Part>
  );
}

/** The agreements that households and the organiser have made on this project. */
function Agreements({ id, org, state }: { id: string; org: string; state: Project['state'] }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const navigate = useNavigate();
  const asks = may(benefit.agreements);
  const query = useQuery({
    ...ask('benefit', 'agreements', { params: { county }, query: { kind: 'crowdfunding', org, size: 200 } }),
    enabled: asks,
  });
  if (!asks) return null;
  const over = projectMoves.from(state).length === 0;
  return (
    <Part
      title={t('crowd.agreements')}
      question={t('crowd.agreementsQuestion')}
      more={
        may(benefit.draftAgreement) && !over ? (
          <Button onClick={() => void navigate(paths.newAgreement(county, { project: id }))}>
            {t('crowd.newAgreement')}
          </Button>
        ) : null
      }
    >
      <Answer query={query} rows={2}>
        {({ rows }) => (
          <ShortTable
            caption={t('crowd.agreements')}
            rows={rows.filter(({ terms }) => terms.kind === 'crowdfunding' && terms.project === id)}
            rowKey={(one) => one.id}
            empty={t('crowd.agreementsNone')}
            columns={[
              {
                key: 'number',
                title: t('crowd.agreement'),
                card: 'title',
                render: (one) => (
                  <Link className="num" to={paths.agreement(county, one.id)}>
                    {one.number}
                  </Link>
                ),
              },
              {
                key: 'with',
                title: t('agr.with'),
                render: (one) => t('agr.householdsOf', { n: String(one.households) }),
              },
              {
                key: 'bp',
                title: t('crowd.share'),
                align: 'right',
                render: ({ terms }) =>
                  terms.kind === 'crowdfunding' ? (
                    <span className="num">{t('crowd.percent', { n: terms.bp / 100 })}</span>
                  ) : null,
              },
              {
                key: 'state',
                title: t('crowd.state'),
                card: 'corner',
                render: (one) => (
                  <StatusTag tone={agreementTones[one.state]}>{say(agreementMoves.states[one.state])}</StatusTag>
                ),
              },
            ]}
          />
        )}
      </Answer>
    </Part>
  );
}
