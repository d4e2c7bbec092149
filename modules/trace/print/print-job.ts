import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, scoped } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { rangesOf } from '../codes/codes.queries.ts';
import type { LabelSize } from '../labels/label-layout.ts';
import { lotReading, mayHandle } from '../lots/lot-rights.ts';
import { lotViews } from '../lots/lot-views.ts';
import { findLot } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { pdfOf } from './pdf-sheets.ts';
import { codesOf, csvOf } from './print-codes.ts';
import { type PrintFormat, printFormats } from './print-kinds.ts';
import { svgOf } from './svg-sheet.ts';

/** A file of codes that somebody was given. */
export interface PrintJob {
  id: string;
  lot: string;
  from: number;
  to: number;
  format: PrintFormat;
  size: LabelSize;
  sheet: 'roll' | 'a4';
  byPerson: string;
  at: Date;
}

/** So long whoever made a print job may fetch its file: a download breaks off now and then. */
const FILE_HOURS = 24;

const jobColumns = sql`id, lot, from_pack as "from", to_pack as "to", format, size, sheet, by_person as "byPerson", at`;

/**
 * Writes down that somebody takes the codes of some packs as a file; they then fetch it with `printFile`.
 *
 * @param input.from, input.to pack numbers, both included
 * @throws Refusal `lot-not-found` | `lot-not-yours` | `lot-recalled` | `packs-beyond-lot` | `print-too-many`
 */
export async function makePrintJob(
  at: Context,
  by: Actor,
  input: {
    county: County;
    id: string;
    from: number;
    to: number;
    format: PrintFormat;
    size: LabelSize;
    sheet: 'roll' | 'a4';
  },
  key: OnceKey | null,
): Promise<{ id: string; codes: number }> {
  const { county, id: lot, from, to, format, size, sheet } = input;
  return once(at.db, key, async (tx) => {
    const row = await findLot(tx, county, lot, lotReading(by, county));
    const range = row && (await rangesOf(tx, county, [lot])).get(lot);
    if (!row || !range) throw refuse('lot-not-found');
    if (!mayHandle(by, county, row)) throw refuse('lot-not-yours');
    if (row.state === 'recalled') throw refuse('lot-recalled', { lot: row.number });
    if (to < from || to > range.packs) throw refuse('packs-beyond-lot', { lot: row.number, packs: range.packs });
    const { most } = printFormats[format];
    const codes = to - from + 1;
    if (codes > most) throw refuse('print-too-many', { format: format.toUpperCase(), most });
    const id = newId();
    await tx
      .insertInto('trace.print_job')
      .values({
        ...{ county, id, lot, from_pack: from, to_pack: to, format, size, sheet },
        ...{ by_person: by.person, at: at.clock.now() },
      })
      .execute();
    return { id, codes };
  });
}

/**
 * The file of a print job, made while it is sent.
 *
 * @throws Refusal `print-job-not-found`: not the reader's own, or older than a day
 */
export async function printFile(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
): Promise<{ file: Readable; type: string; name: string }> {
  const { county, id } = input;
  const after = new Date(at.clock.now().getTime() - FILE_HOURS * 3_600_000);
  const { rows } = await sql<PrintJob>`
    select ${jobColumns} from trace.print_job
     where county = ${county} and id = ${id} and by_person = ${by.person} and at > ${after}`.execute(at.db);
  const [job] = rows;
  const found =
    job &&
    (await scoped(at.db, String(county), async (tx) => {
      const range = (await rangesOf(tx, county, [job.lot])).get(job.lot);
      const row = await findLot(tx, county, job.lot, lotReading(by, county));
      const [lot] = row ? await lotViews(tx, county, [row]) : [];
      return range && lot && { range, lot };
    }));
  if (!job || !found) throw refuse('print-job-not-found');
  const { range, lot } = found;
  const codes = codesOf(at.sealer, at.publicUrl, range, job);
  const pieces = {
    csv: () => csvOf(codes, range),
    svg: () => svgOf(codes, job.to - job.from + 1, lot, job),
    pdf: () => pdfOf(codes, lot, job),
  }[job.format]();
  return {
    file: Readable.from(pieces, { objectMode: false }),
    type: printFormats[job.format].type,
    name: `${range.lotNumber}-${job.from}-${job.to}.${job.format}`,
  };
}

/** The files of a lot's codes that people were given, the newest first. */
export async function printJobsOf(db: Db, county: County, lot: string): Promise<PrintJob[]> {
  const { rows } = await sql<PrintJob>`
    select ${jobColumns} from trace.print_job
     where county = ${county} and lot = ${lot} order by at desc, id desc limit 100`.execute(db);
  return rows;
}
