// The door of trace: what was bought of whom, which lot it went into, and the code on each pack.
export { codePath, findRange, lotPath, readCode, recordScans, scanOf } from './codes/codes.queries.ts';
export { type PackCode, serialOf } from './codes/serial.ts';
export {
  type LotFacts,
  type LotSource,
  lotFacts,
  lotSources,
  type PackedLot,
  packedLot,
} from './lots/lot-doors.queries.ts';
export { stockedOut } from './lots/stocked-out.ts';
