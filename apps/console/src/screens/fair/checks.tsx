import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useRef, useState } from 'react';
import { mechanismWords, type Outcome, outcomes, outcomeWords } from '#benefit/contract';
import type { Check } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { monthName, readYuan, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, EmptyState, ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';
import { outcomeTones } from './fair-tones.ts';

const question = (county: number) => ask('benefit', 'myChecks', { params: { county } });

export const loader = ahead((county) => [question(county)]);

/** The households somebody is to call, one card each; made for a phone in the hand. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const query = useQuery(question(county));
  return (
    <>
      <PageHeader title={t('menu.myChecks')} about={t('check.about')} />
      <Answer query={query}>
        {(checks) =>
          checks.length === 0 ? (
            <EmptyState title={t('check.empty')}>{t('check.emptyWords')}</EmptyState>
          ) : (
            <>
              <p className="checks-progress">
                {t('check.progress', { done: checks.filter((one) => one.outcome).length, all: checks.length })}
              </p>
              <ol className="checks">
                {checks.map((one) => (
                  <li key={`${one.sample} ${one.n}`}>
                    <CheckCard check={one} />
                  </li>
                ))}
              </ol>
            </>
          )
        }
      </Answer>
    </>
  );
}

function CheckCard({ check }: { check: Check }) {
  const { t, say, locale } = useWords();
  const { county } = useCounty();
  const params = { county, id: check.sample, n: check.n };
  const [again, setAgain] = useState(false);
  const contact = useAct(api.benefit.checkContact, { quiet: true });
  const months =
    check.fromMonth === check.toMonth ? monthName(check.fromMonth, locale) : `${check.fromMonth} – ${check.toMonth}`;
  const what = check.mechanism ? say(mechanismWords[check.mechanism]) : t('check.whole');
  return (
    <section className="part check">
      <div className="check-head">
        <div>
          <h2>
            {check.headMasked} <span className="mute">{check.villageName}</span>
          </h2>
          <p className="mute">
            {check.number} · {t('check.due', { day: check.dueOn })}
          </p>
        </div>
        {check.outcome ? (
          <StatusTag tone={outcomeTones[check.outcome]}>{say(outcomeWords[check.outcome])}</StatusTag>
        ) : null}
      </div>
      <p className="check-claim">
        {t('check.claims', { month: months, what })} <b className="num">{yuan(check.claimedFen)}</b>
      </p>
      {contact.answer ? (
        <p className="check-contact">
          {contact.answer.name}{' '}
          {contact.answer.phone ? (
            <a href={`tel:${contact.answer.phone}`}>{contact.answer.phone}</a>
          ) : (
            t('check.noPhone')
          )}
        </p>
      ) : (
        <Button loading={contact.busy} onClick={() => contact.run({ params })}>
          {t('check.call')}
        </Button>
      )}
      {contact.error ? <ErrorState error={contact.error} compact /> : null}
      {check.outcome && !again ? (
        <p className="mute">
          {check.actualFen === null ? null : `${yuan(check.actualFen)} `}
          {check.words} <Button onClick={() => setAgain(true)}>{t('check.again')}</Button>
        </p>
      ) : (
        <AnswerForm check={check} onDone={() => setAgain(false)} />
      )}
    </section>
  );
}

function AnswerForm({ check, onDone }: { check: Check; onDone: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const params = { county, id: check.sample, n: check.n };
  const [outcome, setOutcome] = useState<Outcome>();
  const [actual, setActual] = useState('');
  const [words, setWords] = useState('');
  const [proofs, setProofs] = useState<{ photo: string | null; voice: string | null }>({ photo: null, voice: null });
  const picker = useRef<HTMLInputElement>(null);
  const recorder = useRef<HTMLInputElement>(null);
  const save = useAct(api.benefit.answerCheck, { onDone });
  const upload = useAct(({ file }: { file: File }, options) => api.benefit.addProof({ params }, { ...options, file }), {
    quiet: true,
    onDone: ({ proof, kind }) => setProofs((before) => ({ ...before, [kind]: proof })),
  });
  const actualFen = readYuan(actual);
  const missing = outcome === 'different' && actualFen === undefined;
  const pick = (input: typeof picker, accept: string, label: string, kept: boolean) => (
    <>
      <Button loading={upload.busy} onClick={() => input.current?.click()}>
        {label}
        {kept ? ` ✓ ${t('check.kept')}` : ''}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        aria-label={label}
        {...(accept.startsWith('image') && { capture: 'environment' as const })}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) upload.run({ file });
        }}
      />
    </>
  );
  return (
    <div className="check-answer">
      <fieldset className="check-outcomes" aria-label={t('sample.outcome')}>
        {outcomes.map((one) => (
          <Button
            key={one}
            type={outcome === one ? 'primary' : 'default'}
            aria-pressed={outcome === one}
            onClick={() => setOutcome(one)}
          >
            {say(outcomeWords[one])}
          </Button>
        ))}
      </fieldset>
      {outcome === 'different' ? (
        <Input
          prefix="¥"
          inputMode="decimal"
          aria-label={t('check.actual')}
          placeholder={t('check.actual')}
          value={actual}
          status={missing && actual ? 'error' : undefined}
          onChange={(event) => setActual(event.target.value)}
        />
      ) : null}
      {outcome ? (
        <>
          <Input
            maxLength={200}
            aria-label={t('check.words')}
            placeholder={t('check.words')}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          <div className="check-proofs">
            {pick(picker, 'image/*', t('check.addPhoto'), proofs.photo !== null)}
            {pick(recorder, 'audio/*', t('check.addVoice'), proofs.voice !== null)}
            <Button
              type="primary"
              disabled={missing}
              loading={save.busy}
              onClick={() =>
                save.run({
                  params,
                  body: { outcome, words, ...proofs, actualFen: outcome === 'different' ? (actualFen ?? null) : null },
                })
              }
            >
              {t('check.save')}
            </Button>
          </div>
          {missing ? <p className="mute">{t('check.amountNeeded')}</p> : null}
        </>
      ) : null}
      {save.error || upload.error ? <ErrorState error={save.error ?? upload.error} compact /> : null}
    </div>
  );
}
