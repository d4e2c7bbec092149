import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ask } from '../../api/ask.ts';
import { shortDay, today, weightRound, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { useOwnDevice } from '../../offline/own-device.ts';
import { cropName } from '../../offline/pack.ts';
import { Icon } from '../../parts/icons.tsx';
import { MoneyCell, PricePerWeight, WeightCell } from '../../parts/money.tsx';
import { Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer, EmptyState, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { DeviceStrip } from '../device/DeviceStrip.tsx';
import { UnlockForm } from '../device/UnlockForm.tsx';
import { NoteTag } from '../notes/NoteTag.tsx';
import { DeviceNoteTag } from './DeviceNoteTag.tsx';
import { keptUnit } from './kept-unit.ts';
import { type NoteOfDay, notesOfDay } from './notes-of-day.ts';
import { useCarried } from './source.ts';
import { useStations } from './stations.ts';

const prices = (county: number) => ask('catalog', 'referencePrices', { params: { county }, query: { day: today() } });
const todays = (county: number, station: string | undefined) =>
  ask('trace', 'purchases', { params: { county }, query: { day: today(), station, size: 100 } });

/** The keeper's day: one thing to press, what was weighed in today, and today's prices. */
export function Component() {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const { chosen } = useStations();
  const device = useOwnDevice();
  const carried = useCarried();
  const notes = useQuery(todays(county, chosen?.id));
  if (!chosen) return <EmptyState title={t('station.none')}>{t('station.noneWords')}</EmptyState>;
  if (device?.state === 'locked') return <UnlockForm />;
  const own = carried?.notes.filter((one) => one.shown.day === today());
  const rows = notesOfDay(notes.data?.rows ?? [], own ?? []);
  // Without an answer there is still what this device wrote; without either there is nothing to count.
  const known = notes.data !== undefined || own !== undefined;
  return (
    <div className="station">
      <PageHeader title={chosen.name} about={`${chosen.regionName} · ${shortDay(today(), locale)}`} />
      <DeviceStrip />
      <Link className="big-press" to={paths.weighIn(county, { station: chosen.id })}>
        <Icon name="scale" size={32} />
        {t('station.weigh')}
      </Link>
      {known ? <Day rows={rows} partial={notes.data === undefined} /> : <Answer query={notes}>{() => null}</Answer>}
      <Prices />
    </div>
  );
}

function Day({ rows, partial }: { rows: readonly NoteOfDay[]; partial: boolean }) {
  const { t, locale } = useWords();
  const { county } = useCounty();
  return (
    <>
      <div className="figures figures-three">
        <Figure label={t('station.todayNotes')} value={rows.filter((n) => n.grams > 0).length} />
        <Figure
          label={t('station.todayWeight')}
          value={weightRound(
            sum(rows, (n) => n.grams),
            locale,
            keptUnit(),
          )}
        />
        <Figure label={t('station.todayMoney')} value={yuan(sum(rows, (n) => n.amountFen))} tone="pine" />
      </div>
      <Part title={t('station.todayList')} more={<Link to={paths.notes(county)}>{t('station.allNotes')}</Link>}>
        {partial ? <p className="mute">{t('device.ownOnly')}</p> : null}
        {rows.length === 0 ? (
          <p className="mute">{t('station.nothingYet')}</p>
        ) : (
          <ul className="plain-list">
            {rows.map((note) => (
              <li key={note.id}>
                <Link
                  className="list-row"
                  to={note.device ? paths.deviceNote(county, note.id) : paths.note(county, note.id)}
                >
                  <span>
                    <b>
                      {note.headMasked} · {note.cropName}
                    </b>
                    <span className="mute">
                      {note.number} · <WeightCell grams={note.grams} />
                    </span>
                  </span>
                  <span className="list-row-end">
                    <MoneyCell fen={note.amountFen} tone="strong" />
                    {note.device ? (
                      <DeviceNoteTag note={note.device} reversed={note.reversed} />
                    ) : (
                      note.server && <NoteTag note={note.server} />
                    )}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Part>
    </>
  );
}

function Prices() {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const carried = useCarried();
  const asked = useQuery({ ...prices(county), enabled: !carried });
  const list =
    carried?.pack.prices.map((one) => ({ ...one, cropName: cropName(carried.pack, one.crop) })) ?? asked.data;
  return (
    <Part title={t('station.prices')}>
      {asked.error && !list ? <ErrorState error={asked.error} compact /> : null}
      {list?.length === 0 ? <p className="mute">{t('station.noPrices')}</p> : null}
      <ul className="plain-list">
        {list?.map((price) => (
          <li key={`${price.crop}-${price.grade}`} className="list-row">
            <span>
              {price.cropName} <span className="mute">{price.grade}</span>
              {price.day === today() ? null : <span className="mute"> · {shortDay(price.day, locale)}</span>}
            </span>
            <PricePerWeight fenPerKg={price.fenPerKg} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

const sum = (notes: readonly NoteOfDay[], of: (note: NoteOfDay) => number) =>
  notes.reduce((all, note) => all + of(note), 0);
