import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { conflictWords, noticeWords, paymentWords, trace } from '#trace/contract';
import { useAct } from '../../api/use-act.ts';
import { dayTime, produce, weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { reverseOnDevice, sendAgain } from '../../offline/device.ts';
import type { DeviceNote } from '../../offline/device-notes.ts';
import { useOwnDevice } from '../../offline/own-device.ts';
import { canSpeak, speak, spokenNote } from '../../offline/spoken.ts';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { Icon } from '../../parts/icons.tsx';
import { MoneyCell, PricePerWeight, WeightCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton } from '../../parts/StatusTag.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { usePrint } from '../../print/Printable.tsx';
import { useCounty } from '../../session/session.ts';
import { UnlockForm } from '../device/UnlockForm.tsx';
import { type SlipNote, type SlipPaper, slipPages } from '../notes/Slip.tsx';
import { SlipPart } from '../notes/SlipPart.tsx';
import { DeviceNoteTag } from './DeviceNoteTag.tsx';
import { keptUnit } from './kept-unit.ts';

/** A note of this device: what is on the paper, both its numbers, and what the server said. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const device = useOwnDevice();
  if (device?.state === 'locked') return <UnlockForm />;
  const note = device?.state === 'open' ? device.notes.find((one) => one.said.id === id) : undefined;
  if (device?.state !== 'open' || !note) {
    return (
      <EmptyState
        title={t('error.notFound')}
        action={
          <Link className="button-link" to={paths.station(county)}>
            {t('menu.station')}
          </Link>
        }
      />
    );
  }
  const back = device.notes.find((one) => one.said.kind === 'reversal' && one.said.reverses === id);
  return <Note note={note} reversedBy={back} station={device.record.station ?? ''} />;
}

function Note({ note, reversedBy, station }: { note: DeviceNote; reversedBy?: DeviceNote; station: string }) {
  const { t, say, locale } = useWords();
  const { county, may } = useCounty();
  const navigate = useNavigate();
  const fresh = useUrlState().get('fresh') === '1';
  const [asking, setAsking] = useState(false);
  const [paper, setPaper] = useState<SlipPaper>('roll80');
  const [print, printing] = usePrint(slipPages[paper]);
  const reverse = useAct((reason: string) => reverseOnDevice(note, reason), {
    quiet: true,
    onDone: (made) => {
      setAsking(false);
      void navigate(paths.deviceNote(county, made.said.id));
    },
  });
  const again = useAct(sendAgain, { quiet: true });
  const { said, shown, answer } = note;
  const isReversal = said.kind === 'reversal';
  const refused = answer?.state === 'refused';
  const why = isReversal
    ? t('note.whyIsReversal')
    : reversedBy
      ? t('note.whyReversed')
      : refused
        ? t('device.whyRefused')
        : undefined;
  const slip: SlipNote = {
    ...shown,
    number: answer?.number ?? null,
    deviceNumber: said.number,
    lotNumber: answer?.lotNumber ?? null,
    isReversal,
    isReversed: reversedBy !== undefined,
    reason: isReversal ? said.reason : null,
  };
  return (
    <div className="station buy">
      {fresh ? (
        <div className="done" role="status">
          <Icon name="check" size={28} />
          <p>
            <b>
              {shown.cropName} {weight(shown.grams, locale, keptUnit())}，{yuan(shown.amountFen)}
            </b>
            <span>{t('note.done', { head: shown.headMasked, number: said.number })}</span>
          </p>
        </div>
      ) : null}
      <PageHeader
        title={t('note.titleNumber', { number: said.number })}
        tags={<DeviceNoteTag note={note} reversed={reversedBy !== undefined} />}
        back={{ to: paths.station(county), label: t('menu.station') }}
      />
      <div className="buy-actions">
        {fresh ? (
          <Link className="button-link primary big" to={paths.weighIn(county, { station })}>
            {t('note.again')}
          </Link>
        ) : null}
        <Button size="large" icon={<Icon name="note" />} onClick={print}>
          {t('note.printTwo')}
        </Button>
        {canSpeak() && !isReversal ? (
          <Button size="large" icon={<Icon name="speak" />} onClick={() => speak(spokenNote(shown, keptUnit()))}>
            {t('weigh.speak')}
          </Button>
        ) : null}
        <MoveButton label={t('note.reverse')} why={why} danger onClick={() => setAsking(true)} />
      </div>
      {refused ? (
        <div className="failed" role="alert">
          <p className="failed-title">{t('device.refused')}</p>
          <p>{answer.message}</p>
          <Button loading={again.busy} onClick={() => again.run(note)}>
            {t('device.sendAgain')}
          </Button>
        </div>
      ) : null}
      {answer && answer.conflicts.length > 0 ? (
        <div className="device-conflict">
          <p>
            <b>{t('device.inConflict')}</b>
          </p>
          <ul>
            {answer.conflicts.map((kind) => (
              <li key={kind}>{say(conflictWords[kind])}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {answer?.notices.map((kind) => (
        <p key={kind} className="device-notice">
          {say(noticeWords[kind])}
        </p>
      ))}
      <Part title={t('note.what')}>
        <Facts
          items={[
            [t('note.number'), answer?.number ? serverNumber() : t('device.numberLater')],
            [t('device.number'), said.number],
            [t('note.household'), `${shown.headMasked} ${shown.householdCode}`],
            [t('note.village'), shown.villageName],
            [t('note.crop'), produce(shown)],
            [t('note.grams'), <WeightCell key="g" grams={shown.grams} jin />],
            [t('note.price'), <PricePerWeight key="p" fenPerKg={shown.fenPerKg} />],
            [t('note.amount'), <MoneyCell key="a" fen={shown.amountFen} tone="strong" />],
            [t('note.paid'), say(paymentWords[shown.paid])],
            [t('note.at'), dayTime(shown.at)],
            isReversal ? [t('field.reason'), said.reason] : undefined,
            reversedBy
              ? [
                  t('note.reversedBy'),
                  <Link key="r" to={paths.deviceNote(county, reversedBy.said.id)}>
                    {reversedBy.said.number}
                  </Link>,
                ]
              : undefined,
          ]}
        />
      </Part>
      <SlipPart note={slip} paper={paper} onPaper={setPaper} printing={printing} />
      <ConfirmWithReason
        open={asking}
        title={t('note.reverseTitle')}
        confirm={t('note.reverse')}
        presets={[t('note.reasonWeight'), t('note.reasonPrice'), t('note.reasonHousehold')]}
        danger
        busy={reverse.busy}
        error={reverse.error}
        onConfirm={reverse.run}
        onCancel={() => setAsking(false)}
      >
        {t('note.reverseWords', { money: yuan(shown.amountFen) })}
      </ConfirmWithReason>
    </div>
  );

  function serverNumber() {
    return may(trace.purchase) ? <Link to={paths.note(county, said.id)}>{answer?.number}</Link> : answer?.number;
  }
}
