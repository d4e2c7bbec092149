import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById, regionNames } from '#registry';
import { inEnglish, summariesOf } from '../orders/order-rows.ts';
import { type LineFields, orderById } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { termsById } from './after-sale-rules.queries.ts';
import { moneyLeft } from './case-budget.ts';
import { optionsOf } from './case-options.ts';
import { caseForReader } from './case-parties.ts';
import type { CaseKind, CaseState, Party } from './case-states.ts';
import { caseDeadlines } from './case-terms.ts';
import { type CaseFields, lineAccounts, linesOfCases, linesSentAgain } from './cases.queries.ts';
import { standingOfLines } from './line-standing.ts';
import { mostFreightBack } from './return-freight.ts';

/** A case in a list. Amounts in fen. */
export interface CaseRowView {
  county: County;
  countyName: string;
  id: string;
  number: string;
  order: string;
  orderNumber: string;
  org: string;
  orgName: string;
  kind: CaseKind;
  state: CaseState;
  reason: string;
  askedFen: Fen;
  grantedFen: Fen | null;
  summary: string;
  summaryEn: string;
  pictureBase: string | null;
  /** whom the case waits for, until when, and which act time makes then */
  waitsFor: Party | null;
  dueAt: Date | null;
  dueAct: string | null;
  openedAt: Date;
  closedAt: Date | null;
}

/** Cases as list rows, in the order given; a few statements per county, however many cases. */
export async function caseRows(db: Db, cases: readonly CaseFields[]): Promise<CaseRowView[]> {
  const rows = new Map<string, CaseRowView>();
  const counties = [...new Set(cases.map((one) => one.county))];
  const names = await regionNames(db, counties.map(String));
  for (const county of counties) {
    const own = cases.filter((one) => one.county === county);
    const lines = await linesOfCases(
      db,
      county,
      own.map((one) => one.id),
    );
    const bought = await linesById(
      db,
      county,
      lines.map((line) => line.line),
    );
    const orders = await db
      .selectFrom('trade.order')
      .select(['id', 'number'])
      .where('county', '=', county)
      .where('id', 'in', [...new Set(own.map((one) => one.order))])
      .execute();
    const orgs = await organisationsById(
      db,
      county,
      own.map((one) => one.org),
    );
    const skus = await skusById(
      db,
      county,
      [...bought.values()].map((line) => line.sku),
    );
    for (const one of own) {
      const of = lines
        .filter((line) => line.case === one.id)
        .flatMap((line) => {
          const b = bought.get(line.line);
          return b ? [{ ...b, packs: line.packs }] : [];
        });
      rows.set(one.id, {
        ...rowOf(one),
        countyName: names.get(String(county))?.name ?? String(county),
        orderNumber: orders.find((order) => order.id === one.order)?.number ?? '',
        orgName: orgs.get(one.org)?.name ?? '',
        ...summariesOf(of, skus),
        pictureBase: skus.get(of[0]?.sku ?? '')?.pictureBase ?? null,
      });
    }
  }
  return cases.map((one) => rows.get(one.id) as CaseRowView);
}

function rowOf(one: CaseFields) {
  const deadline = caseDeadlines[one.state];
  return {
    county: one.county,
    id: one.id,
    number: one.number,
    order: one.order,
    org: one.org,
    kind: one.kind,
    state: one.state,
    reason: one.reason,
    askedFen: one.asked_fen,
    grantedFen: one.granted_fen,
    waitsFor: deadline?.waitsFor ?? null,
    dueAt: one.due_at,
    dueAct: deadline?.act ?? null,
    openedAt: one.opened_at,
    closedAt: one.closed_at,
  };
}

async function linesById(db: Db, county: County, ids: readonly string[]): Promise<Map<string, LineFields>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('trade.order_line')
    .selectAll()
    .where('county', '=', county)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * One case whole, for its buyer, its seller and the county: what is asked, what happened, what was said, what it waits
 * for, and what the reader is to it. People are shown as parties, never by name.
 *
 * @throws Refusal `case-not-found`
 */
export async function caseView(at: Context, by: Actor, county: County, id: string) {
  const { db } = at;
  const { found, standing } = await caseForReader(db, by, county, id);
  const [row] = await caseRows(db, [found]);
  if (!row) throw refuse('case-not-found');
  const terms = await termsById(db, county, found.rule);
  const lines = await linesOfCases(db, county, [id]);
  const bought = await linesById(
    db,
    county,
    lines.map((line) => line.line),
  );
  const skus = await skusById(
    db,
    county,
    [...bought.values()].map((line) => line.sku),
  );
  const accounts = await lineAccounts(db, county, found.order, found.id);
  const most = lines.reduce((sum, line) => {
    const account = accounts.get(line.line);
    const left = account ? moneyLeft(account) : { goodsFen: 0, freightFen: 0 };
    return sum + left.goodsFen + left.freightFen;
  }, 0);
  const refund = found.refund ? await refundOf(db, county, found.refund) : null;
  const org = (await organisationsById(db, county, [found.org])).get(found.org);
  const place = org ? (await regionNames(db, [org.region])).get(org.region)?.fullName : undefined;
  const again = await linesSentAgain(db, county, id);
  return {
    ...row,
    damageBp: found.damage_bp,
    bearer: found.bearer,
    answer: found.answer,
    decision: found.decision,
    returnCarrier: found.return_carrier,
    returnWaybill: found.return_waybill,
    fault: found.fault,
    freightBearer: found.freight_bearer,
    freightPaidBy: found.freight_paid_by,
    freightPaidFen: found.freight_paid_fen,
    freightPhoto: found.freight_photo,
    freightNumber: found.freight_number,
    freightMostFen: mostFreightBack(found, terms, lines, accounts),
    freightBackFen: found.freight_back_fen,
    /** where goods are sent back to */
    returnTo: org ? { name: org.name, contact: org.contact, phone: org.phone, place: place ?? '' } : null,
    refundState: refund?.state ?? null,
    refundDoneAt: refund?.done_at ?? null,
    mostFen: most,
    standing,
    terms,
    lines: lines.flatMap((line) => {
      const b = bought.get(line.line);
      if (!b) return [];
      return [
        {
          line: line.line,
          product: b.product,
          name: b.name,
          skuName: b.sku_name,
          ...inEnglish(b, skus.get(b.sku)),
          pictureBase: skus.get(b.sku)?.pictureBase ?? null,
          packs: line.packs,
          packGrams: b.pack_grams,
          goodsFen: line.goods_fen,
          freightFen: line.freight_fen,
        },
      ];
    }),
    sentAgain: again.map((line) => ({
      ...{ line: line.id, name: line.name, skuName: line.sku_name, packs: line.packs },
      ...inEnglish(line, skus.get(line.sku)),
    })),
    moves: await movesOf(db, county, id),
    messages: await messagesOf(db, county, id),
    photos: await photosOf(db, county, id),
  };
}

const refundOf = (db: Db, county: County, id: string) =>
  db
    .selectFrom('trade.refund')
    .select(['state', 'done_at'])
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();

async function movesOf(db: Db, county: County, id: string) {
  const rows = await db
    .selectFrom('trade.after_sale_move')
    .select(['from_state as from', 'to_state as to', 'act', 'party', 'note', 'at'])
    .where('county', '=', county)
    .where('case', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  // Some moves are made in one instant; as no state comes twice, each leads to the next.
  const moves = rows.map((row) => ({ ...row, from: row.from as CaseState | null, to: row.to as CaseState }));
  const road: typeof moves = [];
  for (let next = moves.find((move) => move.from === null); next; ) {
    road.push(next);
    const { to } = next;
    next = moves.find((move) => move.from === to);
  }
  return road;
}

const messagesOf = (db: Db, county: County, id: string) =>
  db
    .selectFrom('trade.after_sale_message')
    .select(['id', 'party', 'text', 'at'])
    .where('county', '=', county)
    .where('case', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();

const photosOf = (db: Db, county: County, id: string) =>
  db
    .selectFrom('trade.after_sale_photo')
    .select(['id', 'width', 'height', 'party', 'at'])
    .where('county', '=', county)
    .where('case', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();

/**
 * What the buyer of an order may ask for, line by line, and what was asked before.
 *
 * @throws Refusal `order-not-found`
 */
export async function afterSaleOf(at: Context, by: Actor, county: County, id: string) {
  const order = await orderById(at.db, county, id);
  if (order?.person !== by.person) throw refuse('order-not-found');
  const now = at.clock.now();
  const lines = await standingOfLines(at.db, order);
  const skus = await skusById(
    at.db,
    county,
    lines.map(({ line }) => line.sku),
  );
  const cases = await at.db
    .selectFrom('trade.after_sale_case')
    .selectAll()
    .where('county', '=', county)
    .where('order', '=', id)
    .orderBy('opened_at', 'desc')
    .execute();
  return {
    lines: lines.map(({ line, account, terms, state }) => {
      const left = moneyLeft(account);
      return {
        line: line.id,
        org: line.org,
        name: line.name,
        skuName: line.sku_name,
        ...inEnglish(line, skus.get(line.sku)),
        packs: line.packs,
        packsLeft: state.packsLeft,
        goodsLeftFen: left.goodsFen,
        freightLeftFen: left.freightFen,
        backFen: account.backGoodsFen + account.backFreightFen,
        waiting: state.waiting,
        terms,
        options: optionsOf(state, terms, now),
      };
    }),
    cases: await caseRows(at.db, cases),
  };
}
