import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { benefit } from '#benefit/contract';
import { ledger } from '#ledger/contract';
import { registry } from '#registry/contract';
import { paymentWords, trace } from '#trace/contract';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, produce, weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { canSpeak, speak, spokenNote } from '../../offline/spoken.ts';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { Icon } from '../../parts/icons.tsx';
import { MoneyCell, PricePerWeight, WeightCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { usePrint } from '../../print/Printable.tsx';
import { useCounty } from '../../session/session.ts';
import { TransfersOf } from '../ledger/TransfersOf.tsx';
import { keptUnit } from '../station/kept-unit.ts';
import { NoteTag } from './NoteTag.tsx';
import { type SlipPaper, slipOf, slipPages } from './Slip.tsx';
import { SlipPart } from './SlipPart.tsx';

const note = (county: number, id: string) => ask('trace', 'purchase', { params: { county, id } });

export const loader = ahead((county, _url, id) => [note(county, id)]);

/** One purchase note: what was weighed, what was paid, its paper, and the money it moved. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const state = useUrlState();
  const navigate = useNavigate();
  const query = useQuery(note(county, id));
  const [asking, setAsking] = useState(false);
  const [paper, setPaper] = useState<SlipPaper>('roll80');
  const [print, printing] = usePrint(slipPages[paper]);
  const reverse = useAct(api.trace.reversePurchase, {
    onDone: (made) => {
      setAsking(false);
      void navigate(paths.note(county, made.id));
    },
  });
  const fresh = state.get('fresh') === '1';
  return (
    <Answer query={query}>
      {(one) => (
        <>
          {/* Just weighed in, its head is a page of the station: as large as what was pressed before. */}
          <div className={fresh ? 'station' : undefined}>
            {fresh ? (
              <div className="done" role="status">
                <Icon name="check" size={28} />
                <p>
                  <b>
                    {one.cropName} {weight(one.grams, locale, keptUnit())}，{yuan(one.amountFen)}
                  </b>
                  <span>{t('note.done', { head: one.headMasked, number: one.number })}</span>
                </p>
                <Link className="button-link primary big" to={paths.weighIn(county, { station: one.station })}>
                  {t('note.again')}
                </Link>
              </div>
            ) : null}
            <PageHeader
              title={t('note.titleNumber', { number: one.number })}
              tags={<NoteTag note={one} />}
              back={
                may(trace.weighIn) && fresh
                  ? { to: paths.station(county), label: t('menu.station') }
                  : { to: paths.notes(county), label: t('menu.notes') }
              }
              actions={
                <>
                  <Button type={fresh ? 'default' : 'primary'} onClick={print}>
                    {t('note.printTwo')}
                  </Button>
                  {fresh && canSpeak() ? (
                    <Button icon={<Icon name="speak" />} onClick={() => speak(spokenNote(one, keptUnit()))}>
                      {t('weigh.speak')}
                    </Button>
                  ) : null}
                  {may(trace.reversePurchase) ? (
                    <MoveButton
                      label={t('note.reverse')}
                      why={one.reverses ? t('note.whyIsReversal') : one.reversedBy ? t('note.whyReversed') : undefined}
                      danger
                      onClick={() => setAsking(true)}
                    />
                  ) : null}
                </>
              }
            />
          </div>
          <div className="columns">
            <div className="stack">
              <Part title={t('note.what')}>
                <Facts
                  items={[
                    [t('note.crop'), produce(one)],
                    [t('note.grams'), <WeightCell key="g" grams={one.grams} jin />],
                    [t('note.price'), <PricePerWeight key="p" fenPerKg={one.fenPerKg} />],
                    [t('note.reference'), <PricePerWeight key="r" fenPerKg={one.referenceFenPerKg} />],
                    [t('note.amount'), <MoneyCell key="a" fen={one.amountFen} tone="strong" />],
                    [t('note.paid'), say(paymentWords[one.paid])],
                    [t('note.at'), dayTime(one.at)],
                    [t('note.by'), one.byName],
                    one.reason ? [t('field.reason'), one.reason] : undefined,
                  ]}
                />
              </Part>
              <Part title={t('note.who')}>
                <Facts
                  items={[
                    [
                      t('note.household'),
                      may(registry.household) ? (
                        <Link key="h" to={paths.household(county, one.household)}>
                          {one.headMasked} {one.householdCode}
                        </Link>
                      ) : (
                        `${one.headMasked} ${one.householdCode}`
                      ),
                    ],
                    [t('note.village'), one.villageName],
                    [t('note.station'), one.stationName],
                    [t('note.buyer'), one.buyerName],
                    [
                      t('note.lot'),
                      may(trace.lot) ? (
                        <Link key="l" to={paths.lot(county, one.lot)}>
                          {one.lotNumber}
                        </Link>
                      ) : (
                        one.lotNumber
                      ),
                    ],
                    one.reverses
                      ? [
                          t('note.reverses'),
                          <Link key="v" to={paths.note(county, one.reverses)}>
                            {t('action.view')}
                          </Link>,
                        ]
                      : undefined,
                    one.reversedBy
                      ? [
                          t('note.reversedBy'),
                          <Link key="w" to={paths.note(county, one.reversedBy)}>
                            {t('action.view')}
                          </Link>,
                        ]
                      : undefined,
                    may(benefit.entries)
                      ? [
                          t('note.benefit'),
                          <Link key="b" to={paths.benefitEntries(county, { household: one.household })}>
                            {t('note.benefitLink')}
                          </Link>,
                        ]
                      : undefined,
                  ]}
                />
              </Part>
            </div>
            <SlipPart note={slipOf(one)} paper={paper} onPaper={setPaper} printing={printing} />
          </div>
          <div className="below">
            {may(ledger.transfers) ? <TransfersOf county={county} evidenceKind="purchase" evidence={one.id} /> : null}
          </div>
          <ConfirmWithReason
            open={asking}
            title={t('note.reverseTitle')}
            confirm={t('note.reverse')}
            presets={[t('note.reasonWeight'), t('note.reasonPrice'), t('note.reasonHousehold')]}
            danger
            busy={reverse.busy}
            error={reverse.error}
            onConfirm={(reason) => reverse.run({ params: { county, id: one.id }, body: { reason } })}
            onCancel={() => setAsking(false)}
          >
            {t('note.reverseWords', { money: yuan(one.amountFen) })}
          </ConfirmWithReason>
        </>
      )}
    </Answer>
  );
}
