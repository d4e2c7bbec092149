import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { hasPaper } from '#platform/papers.ts';
import { mayHandle } from '../lots/lot-rights.ts';
import { type LotRow, lockLot } from '../lots/lots.queries.ts';
import { callBack } from '../recalls/declare-recall.ts';
import { refuse } from '../refuse.ts';
import { itemPasses, type ReportKind, reportKinds, type TestItem, verdictOf } from './report-kinds.ts';
import { reportView } from './report-views.ts';

/** Papers of reports lie under this name. */
export const REPORT_PAPERS = 'report';

export interface NewReport {
  county: County;
  lot: string;
  kind: ReportKind;
  number: string;
  lab: string;
  cma?: string | null;
  /** YYYY-MM-DD */
  sampledOn: string;
  issuedOn: string;
  items: readonly TestItem[];
  file?: string | null;
}

/**
 * Records a test report of a lot. Whether it passed is for its items to say. A failed one calls the lot back in the same
 * transaction, with all that was made of it: from that moment none of it can be packed, stocked or sold, and orders
 * that have not left are held.
 *
 * @throws Refusal `lot-not-found` | `lot-not-yours` | `report-cma-missing` | `report-dates-broken` |
 *   `report-file-unknown` | `report-exists`
 */
export async function recordReport(at: Context, by: Actor, input: NewReport, key: OnceKey | null) {
  const { county, kind, items } = input;
  return once(at.db, key, async (tx) => {
    const lot = await lockLot(tx, county, input.lot);
    if (!lot) throw refuse('lot-not-found');
    if (!mayHandle(by, county, lot)) throw refuse('lot-not-yours');
    const cma = reportKinds[kind].cma ? (input.cma ?? null) : null;
    if (reportKinds[kind].cma && cma === null) throw refuse('report-cma-missing');
    const now = at.clock.now();
    const inOrder = [lot.harvested_from, input.sampledOn, input.issuedOn, dayOf(now)];
    if (inOrder.join() !== inOrder.toSorted().join()) {
      throw refuse('report-dates-broken', { harvested: lot.harvested_from });
    }
    const file = input.file ?? null;
    if (file !== null && !(await hasPaper(at.files, REPORT_PAPERS, file))) throw refuse('report-file-unknown');
    const [number, lab] = [input.number.trim(), input.lab.trim()];
    const known = await tx
      .selectFrom('trace.test_report')
      .select('id')
      .where('county', '=', county)
      .where('lab', '=', lab)
      .where('number', '=', number)
      .executeTakeFirst();
    if (known) throw refuse('report-exists', { lab, number });

    const passed = verdictOf(items);
    const recall = passed ? null : await stopSale(tx, by, now, lot, { ...input, number, lab });
    const id = newId();
    await tx
      .insertInto('trace.test_report')
      .values({
        ...{ county, id, kind, number, lab, cma, lot: lot.id, file, passed, recall, by_person: by.person, at: now },
        ...{ sampled_on: input.sampledOn, issued_on: input.issuedOn },
      })
      .execute();
    await tx
      .insertInto('trace.test_item')
      .values(
        items.map(({ name, unit, most, measured }, n) => ({
          ...{ county, report: id, n: n + 1, name: name.trim(), unit: unit.trim(), most, measured },
          passed: itemPasses({ most, measured }),
        })),
      )
      .execute();
    return reportView(tx, by, county, id);
  });
}

async function stopSale(tx: Tx, by: Actor, now: Date, lot: LotRow, report: NewReport): Promise<string | null> {
  if (lot.state === 'recalled') return null;
  const failed = report.items.filter((item) => !itemPasses(item)).map((item) => item.name.trim());
  return callBack(tx, by, now, {
    county: report.county,
    lot: lot.id,
    reach: 'descendants',
    reason: `检测不合格：${report.lab} ${report.number}，${failed.slice(0, 5).join('、')}`.slice(0, 200),
    advice: '请先不要食用，等县里和商家的通知',
    unshipped: 'hold',
  });
}

/**
 * A report that was entered by mistake counts no more. A recall it set off is lifted by itself, where people look first.
 *
 * @throws Refusal `report-not-found` | `report-already-withdrawn`
 */
export async function withdrawReport(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, reason } = input;
  return once(at.db, key, async (tx) => {
    await reportView(tx, by, county, id);
    const written = await tx
      .insertInto('trace.report_withdrawal')
      .values({ county, report: id, reason: reason.trim(), by_person: by.person, at: at.clock.now() })
      .onConflict((c) => c.columns(['county', 'report']).doNothing())
      .executeTakeFirst();
    if (written.numInsertedOrUpdatedRows === 0n) throw refuse('report-already-withdrawn');
    return reportView(tx, by, county, id);
  });
}
