import type { Module } from '#platform/module.ts';
import { serveEpcis } from './epcis/epcis.routes.ts';
import { offlineRoutes } from './offline/offline.routes.ts';
import { traceInvariants } from './trace.invariants.ts';
import { traceJobs } from './trace.jobs.ts';
import { traceRoutes } from './trace.routes.ts';

export { type CodeKeys, keyVersionOf } from './codes/code-keys.ts';
export { codePath, findRange, lotPath, readCode } from './codes/codes.queries.ts';
export { qrPath, qrSvg } from './codes/qr.ts';
export { type PackCode, serialOf } from './codes/serial.ts';
export { type ParcelFact, tellParcels } from './epcis/tell-parcels.ts';
export {
  type LotFacts,
  type LotSource,
  lotFacts,
  lotSources,
  type PackedLot,
  packedLot,
} from './lots/lot-doors.queries.ts';
export { stockedOut } from './lots/stocked-out.ts';
export { buyerOf } from './purchases/write-note.ts';

export { recallView } from './recalls/recall-views.ts';
export {
  findRecall,
  lotsMadeOf,
  lotsOfRecall,
  moveRecall,
  originsOf,
  type RecalledLot,
  recalledAmong,
  recalledLots,
} from './recalls/recalls.queries.ts';

/** What was bought of whom, which lot it went into, and the code on each pack. */
export const traceModule: Module = {
  name: 'trace',
  async routes(app, at) {
    traceRoutes(app, at);
    offlineRoutes(app, at);
    await serveEpcis(app, at);
  },
  jobs: traceJobs,
  invariants: traceInvariants,
};
