import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { readPaper } from '#platform/papers.ts';
import { organisationsById } from '#registry';
import { readsAllCases, sellersServed } from '../after-sale/case-parties.ts';
import { paidToSeller } from '../after-sale/cases.queries.ts';
import { orderNumbers } from '../orders/order-doors.queries.ts';
import { linesOf, orderById } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import type { InvoiceState } from './invoice-states.ts';
import { openTitle } from './invoice-title.ts';
import { type InvoiceFields, invoiceById, paperInForce, papersOf } from './invoices.queries.ts';

/** Invoices as people see them. Titles whole for the buyer and the seller, who writes them down; masked for others. */
async function invoiceViews(at: Context, by: Actor, county: County, invoices: readonly InvoiceFields[]) {
  const served = await sellersServed(at.db, by, county);
  const numbers = await orderNumbers(
    at.db,
    county,
    invoices.map((one) => one.order),
  );
  const orgs = await organisationsById(
    at.db,
    county,
    invoices.map((one) => one.org),
  );
  const papers = await papersOf(
    at.db,
    county,
    invoices.map((one) => one.id),
  );
  const views = [];
  for (const one of invoices) {
    const own = papers.filter((paper) => paper.invoice === one.id);
    const inForce = paperInForce(own);
    const dueFen: Fen = await paidToSeller(at.db, county, one.order, one.org);
    const whole = one.person === by.person || served.includes(one.org);
    const title = openTitle(at.sealer, one.title_sealed);
    views.push({
      county,
      id: one.id,
      order: one.order,
      orderNumber: numbers.get(one.order) ?? '',
      org: one.org,
      orgName: orgs.get(one.org)?.name ?? '',
      kind: one.kind,
      state: one.state,
      title: whole || one.kind === 'company' ? title.title : `${[...title.title][0] ?? ''}＊＊`,
      taxNumber: title.taxNumber,
      email: whole ? title.email : null,
      reason: one.reason,
      dueFen,
      /** something of what it is for went back since: it has to be taken back */
      wrong: one.state === 'issued' && inForce !== undefined && inForce.fen !== dueFen,
      askedAt: one.asked_at,
      doneAt: one.done_at,
      papers: own.map((paper) => ({
        id: paper.id,
        colour: paper.colour,
        number: paper.number,
        fen: paper.fen,
        inForce: paper.id === inForce?.id,
        fileType: paper.file_type,
        link: paper.link,
        at: paper.at,
      })),
    });
  }
  return views;
}

/**
 * The invoices of one's own order, and of which sellers one can be asked for.
 *
 * @throws Refusal `order-not-found`
 */
export async function invoicesOfOrder(at: Context, by: Actor, county: County, id: string) {
  const order = await orderById(at.db, county, id);
  if (order?.person !== by.person) throw refuse('order-not-found');
  const invoices = await at.db
    .selectFrom('trade.invoice')
    .selectAll()
    .where('county', '=', county)
    .where('order', '=', id)
    .orderBy('asked_at', 'desc')
    .execute();
  const orgs = [...new Set((await linesOf(at.db, county, [id])).map((line) => line.org))];
  const found = await organisationsById(at.db, county, orgs);
  const sellers = [];
  for (const org of orgs) {
    const dueFen = await paidToSeller(at.db, county, id, org);
    const open = invoices.some((one) => one.org === org && (one.state === 'asked' || one.state === 'issued'));
    const paid = order.paid_at !== null && order.state !== 'cancelled';
    sellers.push({ org, orgName: found.get(org)?.name ?? '', dueFen, canAsk: paid && !open && dueFen > 0 });
  }
  return { sellers, invoices: await invoiceViews(at, by, county, invoices) };
}

/** A county's invoices for its staff, those to be done first; sellers see their own. */
export async function countyInvoices(
  at: Context,
  by: Actor,
  county: County,
  query: { page?: number; size?: number; state?: InvoiceState },
) {
  const { page = 1, size = 20, state } = query;
  const orgs = readsAllCases(by, county) ? null : await sellersServed(at.db, by, county);
  if (orgs?.length === 0) return { rows: [], total: 0, page, size };
  const found = at.db
    .selectFrom('trade.invoice')
    .where('county', '=', county)
    .$if(orgs !== null, (e) => e.where('org', 'in', orgs as string[]))
    .$if(state !== undefined, (e) => e.where('state', '=', state as InvoiceState));
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll()
    .orderBy((e) => e.case().when('state', '=', 'asked').then(0).else(1).end())
    .orderBy('asked_at', 'desc')
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await invoiceViews(at, by, county, rows), total: Number(total), page, size };
}

/**
 * The file of a paper, for the buyer, the seller and the county's staff.
 *
 * @throws Refusal `invoice-not-found`
 */
export async function invoiceFile(
  at: Context,
  by: Actor,
  input: { county: County; id: string; paper: string },
): Promise<{ bytes: Uint8Array; mime: string; name: string }> {
  const invoice = await invoiceById(at.db, input.county, input.id);
  const may =
    invoice &&
    (invoice.person === by.person ||
      readsAllCases(by, input.county) ||
      (await sellersServed(at.db, by, input.county)).includes(invoice.org));
  const paper = may
    ? (await papersOf(at.db, input.county, [input.id])).find((one) => one.id === input.paper)
    : undefined;
  const file = paper?.file ? await readPaper(at.files, paper.file) : null;
  if (!paper || !file) throw refuse('invoice-not-found');
  return { bytes: file.bytes, mime: file.mime, name: `${paper.number}.${file.type}` };
}
