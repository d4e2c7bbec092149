import { useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useRef, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { agreementDisputeWords, agreementMoves, benefit, mechanismWords } from '#benefit/contract';
import type { Agreement } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day, dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { agreementTones } from './agreement-tones.ts';
import { HelpGivenPart } from './HelpGiven.tsx';
import { PaperLink } from './PaperLink.tsx';
import { PostedUnder } from './PostedUnder.tsx';
import { RecordHelp } from './RecordHelp.tsx';
import { useTermsWords } from './terms-words.ts';

const question = (county: number, id: string) => ask('benefit', 'agreement', { params: { county, id } });

export const loader = ahead((county, _, id) => [question(county, id), cropsQuestion()]);

/** One agreement: what it says, who signed which version, and what households say against it. */
export function Component() {
  const { t, say } = useWords();
  const { county, may, is } = useCounty();
  const id = useParams().id ?? '';
  const navigate = useNavigate();
  const query = useQuery(question(county, id));
  const termsOf = useTermsWords();
  const [asking, setAsking] = useState<'sign' | 'end' | 'help'>();
  const done = { onDone: () => setAsking(undefined) };
  const sign = useAct(api.benefit.signAgreement, done);
  const end = useAct(api.benefit.endAgreement, done);
  return (
    <Answer query={query}>
      {(agreement) => {
        const { state, latest, ours } = agreement;
        const over = agreementMoves.from(state).length === 0;
        const newest = agreement.versions[0];
        const signed = newest?.signatures.some((one) => one.party === null);
        const writes = !over && (ours || is('operator'));
        return (
          <>
            <PageHeader
              title={t('agr.title', { number: agreement.number })}
              tags={<StatusTag tone={agreementTones[state]}>{say(agreementMoves.states[state])}</StatusTag>}
              about={`${say(mechanismWords[agreement.kind])} · ${agreement.orgName}`}
              back={{ to: paths.agreements(county), label: t('menu.agreements') }}
              actions={
                <>
                  {writes && may(benefit.endAgreement) ? (
                    <MoveButton
                      label={t('agr.end')}
                      why={
                        agreementMoves.allows(state, 'ended') && state !== 'disputed' ? undefined : t('agr.disputes')
                      }
                      onClick={() => setAsking('end')}
                    />
                  ) : null}
                  {writes && may(benefit.changeAgreement) ? (
                    <Button onClick={() => void navigate(paths.changeAgreement(county, id))}>{t('agr.change')}</Button>
                  ) : null}
                  {!over && ours && may(benefit.signAgreement) && !signed ? (
                    <MoveButton label={t('agr.sign')} primary onClick={() => setAsking('sign')} />
                  ) : null}
                </>
              }
            />
            <div className="columns">
              <div className="stack">
                <Part title={t('agr.versions')} question={t('agr.versionsQuestion')}>
                  {agreement.versions.map((version) => (
                    <section key={version.version} className="agreement-version">
                      <h3>
                        {t('agr.version', { n: String(version.version) })}{' '}
                        <span className="mute num">
                          {version.startsOn} – {version.endsOn}
                        </span>
                      </h3>
                      <p>{termsOf(version.terms)}</p>
                      {version.words ? <p className="mute">{version.words}</p> : null}
                      <Signatures agreement={agreement} version={version} />
                    </section>
                  ))}
                </Part>
                {agreement.kind === 'startup' ? (
                  <HelpGivenPart
                    of={{ agreement: id }}
                    record={
                      writes && state !== 'draft' && state !== 'half_signed' && may(benefit.recordHelp) ? (
                        <Button onClick={() => setAsking('help')}>{t('help.record')}</Button>
                      ) : null
                    }
                  />
                ) : null}
                <PostedUnder id={id} />
                {agreement.disputes.length > 0 ? <Disputes agreement={agreement} /> : null}
              </div>
              <div className="stack">
                <Parties agreement={agreement} />
                <Part title={t('agr.history')}>
                  <Facts
                    items={agreement.moves.map((move) => [
                      `${say(agreementMoves.states[move.to])} ${dayTime(move.at)}`,
                      [move.byName, move.words].filter(Boolean).join('：') || '—',
                    ])}
                  />
                </Part>
              </div>
            </div>
            {asking === 'help' ? (
              <RecordHelp choices={[agreement]} parties={agreement.parties} onClose={() => setAsking(undefined)} />
            ) : null}
            <Modal
              open={asking === 'sign'}
              title={t('agr.sign')}
              okText={t('agr.sign')}
              cancelText={t('action.cancel')}
              okButtonProps={{ loading: sign.busy }}
              onOk={() => sign.run({ params: { county, id }, body: { version: latest } })}
              onCancel={() => setAsking(undefined)}
            >
              <p>{t('agr.signWords', { org: agreement.orgName, n: String(latest) })}</p>
              {newest ? <p>{termsOf(newest.terms)}</p> : null}
              {sign.error ? <ErrorState error={sign.error} compact /> : null}
            </Modal>
            <ConfirmWithReason
              open={asking === 'end'}
              title={t('agr.end')}
              label={t('agr.reason')}
              confirm={t('agr.end')}
              busy={end.busy}
              error={end.error}
              onConfirm={(reason) => end.run({ params: { county, id }, body: { reason } })}
              onCancel={() => setAsking(undefined)}
            >
              {t('agr.endWords')}
            </ConfirmWithReason>
          </>
        );
      }}
    </Answer>
  );
}

type Version = Agreement['versions'][number];
type Party = Agreement['parties'][number];

function useParty(): (party: Party | undefined) => string {
  const { t } = useWords();
  return (party) =>
    party?.household
      ? `${party.headMasked ?? ''} ${party.householdCode ?? ''}`
      : `${party?.villageName ?? '—'} ${t('agr.wholeVillage')}`;
}

function Signatures({ agreement, version }: { agreement: Agreement; version: Version }) {
  const { t } = useWords();
  const partyName = useParty();
  if (version.signatures.length === 0) return <p className="mute">{t('agr.unsigned')}</p>;
  return (
    <ul className="agreement-signatures">
      {version.signatures.map((one) => (
        <li key={one.party ?? 'org'}>
          <b>{one.party ? partyName(agreement.parties.find((party) => party.id === one.party)) : agreement.orgName}</b>{' '}
          {one.party === null ? `${one.byName} ` : null}
          {one.method === 'paper' ? t('agr.signed.paper', { name: one.byName }) : t(`agr.signed.${one.method}`)}{' '}
          <span className="mute num">{dayTime(one.at)}</span>{' '}
          {one.paper ? <PaperLink agreement={agreement.id} paper={one.paper} /> : null}
        </li>
      ))}
    </ul>
  );
}

/** With whom, and who of them has signed the newest version; a witness adds the photo of a paper here. */
function Parties({ agreement }: { agreement: Agreement }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const partyName = useParty();
  const picker = useRef<HTMLInputElement>(null);
  const [party, setParty] = useState<string>();
  const { id, latest, ours } = agreement;
  const sign = useAct(api.benefit.signOnPaper);
  const photo = useAct(
    (input: { file: File; party: string }, options) =>
      api.benefit.addAgreementPaper({ params: { county, id } }, { ...options, file: input.file }),
    {
      quiet: true,
      onDone: ({ paper }, input) =>
        sign.run({ params: { county, id, party: input.party }, body: { version: latest, paper } }),
    },
  );
  const over = agreementMoves.from(agreement.state).length === 0;
  const witnesses = may(benefit.signOnPaper) && !ours && !over;
  const signed = (one: Party) => agreement.versions[0]?.signatures.some((s) => s.party === one.id);
  const failed = photo.error ?? sign.error;
  return (
    <Part title={t('agr.parties')}>
      <ShortTable
        caption={t('agr.parties')}
        rows={agreement.parties}
        rowKey={(one) => one.id}
        empty="—"
        columns={[
          { key: 'who', title: t('agr.with'), card: 'title', render: partyName },
          {
            key: 'signed',
            title: t('agr.state'),
            card: 'corner',
            render: (one) => (
              <StatusTag tone={signed(one) ? 'good' : 'wait'}>
                {t(signed(one) ? 'agr.partySigned' : 'agr.partyWaits')}
              </StatusTag>
            ),
          },
          {
            key: 'paper',
            title: '',
            render: (one) =>
              witnesses && !signed(one) ? (
                <Button
                  size="small"
                  loading={party === one.id && (photo.busy || sign.busy)}
                  onClick={() => {
                    setParty(one.id);
                    picker.current?.click();
                  }}
                >
                  {t('agr.signOnPaper')}
                </Button>
              ) : null,
          },
        ]}
      />
      {failed ? <ErrorState error={failed} compact /> : null}
      <input
        ref={picker}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        aria-label={t('agr.signOnPaper')}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file && party) photo.run({ file, party });
        }}
      />
    </Part>
  );
}

function Disputes({ agreement }: { agreement: Agreement }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [asked, setAsked] = useState<{ id: string; decision: 'stands' | 'released' }>();
  const decide = useAct(api.benefit.decideAgreementDispute, { onDone: () => setAsked(undefined) });
  return (
    <Part title={t('agr.disputes')}>
      <ShortTable
        caption={t('agr.disputes')}
        rows={agreement.disputes}
        rowKey={(one) => one.id}
        empty="—"
        columns={[
          {
            key: 'words',
            title: t('agr.disputes'),
            card: 'title',
            render: (one) => (
              <>
                <b className="num">{one.householdCode}</b> {one.words}
                {one.answer ? <div className="mute">{one.answer}</div> : null}
              </>
            ),
          },
          {
            key: 'state',
            title: t('agr.state'),
            card: 'corner',
            render: (one) => (
              <>
                <StatusTag tone={one.state === 'open' ? 'wait' : 'quiet'}>
                  {say(agreementDisputeWords[one.state])}
                </StatusTag>
                {one.state === 'open' ? (
                  <div className={one.overdue ? 'bad' : 'mute'}>
                    {one.overdue ? t('agr.overdue') : t('agr.decideBy', { day: day(one.dueAt) })}
                  </div>
                ) : null}
              </>
            ),
          },
          {
            key: 'do',
            title: '',
            card: 'wide',
            render: (one) =>
              one.state === 'open' && may(benefit.decideAgreementDispute) ? (
                <span className="row-actions">
                  <Button size="small" onClick={() => setAsked({ id: one.id, decision: 'stands' })}>
                    {t('agr.stands')}
                  </Button>
                  <Button size="small" onClick={() => setAsked({ id: one.id, decision: 'released' })}>
                    {t('agr.released')}
                  </Button>
                </span>
              ) : null,
          },
        ]}
      />
      <ConfirmWithReason
        open={asked !== undefined}
        title={asked ? t(`agr.${asked.decision}`) : ''}
        label={t('agr.answer')}
        confirm={asked ? t(`agr.${asked.decision}`) : ''}
        busy={decide.busy}
        error={decide.error}
        onConfirm={(answer) => {
          if (asked) decide.run({ params: { county, id: asked.id }, body: { decision: asked.decision, answer } });
        }}
        onCancel={() => setAsked(undefined)}
      >
        {asked ? t(`agr.${asked.decision}Words`) : null}
      </ConfirmWithReason>
    </Part>
  );
}
