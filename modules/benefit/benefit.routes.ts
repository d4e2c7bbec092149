import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { serve } from '#platform/http/serve.ts';
import { serveAgreements } from './agreements/agreements.routes.ts';
import { serveAidTests } from './aid-tests/aid-tests.routes.ts';
import { benefit } from './contract.ts';
import { serveDividends } from './dividends/dividends.routes.ts';
import { serveDoubles } from './doubles/doubles.routes.ts';
import { entriesWhere, readableEntries } from './entries/entries.queries.ts';
import { pairedReceipts } from './entries/paired-receipts.ts';
import { type EntryAnswer, named, readerScope } from './entries/readers.ts';
import { householdStatement, ownStatements } from './entries/statement.ts';
import { benefitTotals } from './entries/totals.ts';
import { farmShare, farmShares } from './farm-share/farm-share.queries.ts';
import { serveFigures } from './figures/figures.routes.ts';
import { agreedFloors, stationFloors } from './industry/agreed-floors.ts';
import { serveInsurance } from './insurance/insurance.routes.ts';
import { postedUnder } from './left-out/posted-under.ts';
import { serveLog } from './log/log.routes.ts';
import { buyerYear } from './orders/buyer-year.ts';
import { orderBenefit } from './orders/order-benefit.ts';
import { servePayroll } from './payroll/payroll.routes.ts';
import { serveSamples } from './samples/samples.routes.ts';
import { serveSubsidies } from './subsidies/subsidies.routes.ts';

export function benefitRoutes(app: FastifyInstance, at: Context): void {
  const { db } = at;
  serveLog(app, at);
  serveAgreements(app, at);
  servePayroll(app, at);
  serveDividends(app, at);
  serveAidTests(app, at);
  serveFigures(app, at);
  serveDoubles(app, at);
  serveSamples(app, at);
  serveInsurance(app, at);
  serveSubsidies(app, at);

  serve(app, benefit.productFarmShare, ({ params: { county, id }, query }) =>
    farmShare(db, county, { product: id, sku: query.sku }),
  );
  serve(app, benefit.lotFarmShare, ({ params: { county, id } }) => farmShare(db, county, { lot: id }));
  serve(app, benefit.countyFarmShare, ({ params: { county } }) => farmShare(db, county, {}));
  serve(app, benefit.farmShares, ({ query: { county, products } }) =>
    farmShares(db, county, [...new Set(products.split(',').filter((id) => uuid.test(id)))]),
  );
  serve(app, benefit.orderBenefit, ({ params: { county, id }, by, lang }) =>
    orderBenefit(at, by, { county, order: id }, lang),
  );
  serve(app, benefit.agreementPosted, ({ params, query, by }) => postedUnder(at, by, { ...params, ...query }));
  serve(app, benefit.agreedFloors, ({ params: { county, id }, query, by }) =>
    agreedFloors(at, by, { county, household: id, ...query }),
  );
  serve(app, benefit.stationFloors, ({ params, by }) => stationFloors(at, by, params));
  serve(app, benefit.householdStatement, ({ params: { county, id }, query, by }) =>
    householdStatement(at, by, { county, household: id, ...query }),
  );
  serve(app, benefit.myStatements, ({ query, by }) => ownStatements(at, by, query));
  serve(app, benefit.pairedReceipts, ({ params: { county }, query, by }) =>
    pairedReceipts(at, by, { county, ...query }),
  );
  serve(app, benefit.buyerYear, ({ query, by }) => buyerYear(at, by, query));
  serve(app, benefit.totals, ({ params: { county }, query, by, lang }) =>
    benefitTotals(at, by, { county, ...query }, lang),
  );
  serve(app, benefit.entries, async ({ params: { county }, query, by }) => {
    const { page = 1, size = 20 } = query;
    const { rows, total } = await scoped(db, readerScope(by, county), async (tx) => ({
      rows: await readableEntries(tx, county, query)
        .limit(size)
        .offset((page - 1) * size)
        .execute(),
      ...(await entriesWhere(tx, county, query)
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()),
    }));
    return { rows: await named(db, county, rows as EntryAnswer[]), total, page, size };
  });
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
