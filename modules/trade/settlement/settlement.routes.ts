import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { sendDownload } from '#platform/http/send-download.ts';
import { serve } from '#platform/http/serve.ts';
import { trade } from '../contract.ts';
import { previewSettlement } from './preview.ts';
import {
  addSettlementRule,
  endSettlementRule,
  orderSettlementRules,
  replaceSettlementRule,
  settlementRules,
} from './settlement-rules.ts';
import { statement } from './statement.ts';
import { statementSheet } from './statement-sheet.ts';

export function settlementRoutes(app: FastifyInstance, at: Context): void {
  serve(app, trade.settlementRules, ({ params }) => settlementRules(at.db, at.clock.now(), params.county));
  serve(app, trade.addSettlementRule, ({ by, params, body, key }) =>
    addSettlementRule(at, by, { ...params, ...body }, key),
  );
  serve(app, trade.replaceSettlementRule, ({ by, params, body, key }) =>
    replaceSettlementRule(at, by, { ...params, ...body }, key),
  );
  serve(app, trade.endSettlementRule, ({ by, params, body, key }) =>
    endSettlementRule(at, by, { ...params, ...body }, key),
  );
  serve(app, trade.orderSettlementRules, ({ by, params, body }) =>
    orderSettlementRules(at, by, { ...params, ...body }),
  );
  serve(app, trade.previewSettlement, ({ params, body, lang }) =>
    previewSettlement(at.db, at.clock.now(), { ...params, ...body }, lang),
  );
  serve(app, trade.statement, ({ by, params, query }) => statement(at, by, params.county, query));
  serve(app, trade.statementSheet, async ({ by, params, query, lang, reply }) => {
    await sendDownload(reply, await statementSheet(at, by, params.county, query, lang));
  });
}
