import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Fen,
  Grams,
  Id,
  Input,
  Instant,
  Name,
  Nullable,
  Paged,
  PageQuery,
  Reason,
  RegionCode,
} from '#platform/http/schemas.ts';
import { PlotChoice } from '../plots/plots.contract.ts';
import { conflictKinds, conflictStates, MOST_NOTES, MOST_OFFSET_MS, noticeKinds } from './offline-states.ts';

export const offlineRefusals = {
  'device-unknown': { status: 404, field: 'device', zh: '没有这台设备，或不是你的', en: 'No such device of yours' },
  'device-revoked': { status: 409, field: 'device', zh: '这台设备已停用', en: 'This device was revoked' },
  'device-reads-only': {
    status: 422,
    field: 'device',
    zh: '这台设备没有服务站，不能收购',
    en: 'This device belongs to no station and cannot buy',
  },
  'rights-withdrawn': {
    status: 403,
    field: 'device',
    zh: '写这张单时，站长的权限已收回',
    en: 'The keeper’s role had been taken back when this was written',
  },
  'note-id-used': {
    status: 409,
    field: 'id',
    zh: '这个编号下已有内容不同的单子',
    en: 'Another note stands under this id',
  },
  'note-number-used': {
    status: 409,
    field: 'number',
    zh: '这台设备的单号 {number} 已用过',
    en: 'This device has used number {number} already',
  },
  'crop-unknown': { status: 422, field: 'crop', zh: '没有这种作物', en: 'There is no such crop' },
  'amount-wrong': {
    status: 422,
    field: 'amountFen',
    zh: '票面 {said} 元，按重量和单价应为 {right} 元',
    en: 'The paper says ¥{said}; weight and price make ¥{right}',
  },
  'conflict-not-found': { status: 404, zh: '没有这条冲突', en: 'No such conflict' },
  'conflict-decided': { status: 409, zh: '这条冲突已有决定', en: 'This conflict is decided already' },
} as const satisfies RefusalTable;

export const Device = Type.Object({
  id: Id,
  /** stands before the numbers it prints */
  letters: Type.String(),
  name: Type.String(),
  station: Nullable(Id),
  stationName: Nullable(Type.String()),
  person: Type.String(),
  personName: Type.String(),
  createdAt: Instant,
  revokedAt: Nullable(Instant),
  revokedWhy: Nullable(Type.String()),
  /** when a note of it arrived last */
  lastNoteAt: Nullable(Instant),
});
/** With the key that opens what the device sealed when its PIN is forgotten (base64, 32 bytes); given to its keeper only. */
const DeviceWithKey = Type.Object({ device: Device, recoveryKey: Type.String() });

const CarriedHousehold = Type.Object({
  id: Id,
  code: Type.String(),
  village: RegionCode,
  villageName: Type.String(),
  headMasked: Type.String(),
  initials: Type.String(),
  crops: Type.Array(
    Type.Object({
      crop: Type.String(),
      limitGrams: Grams,
      /** above this the county is asked */
      mostGrams: Grams,
      /** sold so far this year, over all its files */
      boughtGrams: Grams,
      plots: Type.Array(PlotChoice),
    }),
  ),
  /** what its card is found by (registry, card-layout.ts): no card can be printed from it */
  card: Nullable(Type.String()),
});
export const StationPack = Type.Object({
  /** of everything but the time: the same version carries the same rows */
  version: Type.String(),
  /** the server's clock, by which a device measures its own */
  at: Instant,
  day: Day,
  /** true: only what changed since the cursor that was named */
  partial: Type.Boolean(),
  /** to be named the next time */
  cursor: Type.String(),
  station: Nullable(
    Type.Object({
      id: Id,
      name: Type.String(),
      region: Type.String(),
      regionName: Type.String(),
      buyer: Nullable(Id),
      buyerName: Nullable(Type.String()),
    }),
  ),
  households: Type.Array(CarriedHousehold),
  /** households that are none any more */
  gone: Type.Array(Id),
  crops: Type.Array(Type.Object({ crop: Type.String(), nameZh: Type.String(), nameEn: Type.String() })),
  prices: Type.Array(
    Type.Object({
      crop: Type.String(),
      grade: Type.String(),
      day: Day,
      fenPerKg: Fen,
      floorFenPerKg: Nullable(Fen),
    }),
  ),
  /** of crops that have any */
  varieties: Type.Array(Type.Object({ crop: Type.String(), names: Type.Array(Type.String()) })),
  rules: Type.Object({ yieldWarnBp: Type.Integer(), mostNotes: Type.Integer() }),
});

const Text = (most: number) => Type.String({ minLength: 1, maxLength: most });
const said = {
  /** UUIDv7 made by the device: the same id is the same note */
  id: Id,
  number: Type.String({ pattern: '^[A-Z]{1,4}-\\d{6}-\\d{2,5}$', description: '设备单号 letters, day, counter' }),
  village: RegionCode,
  /** by the device's clock */
  writtenAt: Type.String({ format: 'date-time' }),
  /** server minus device at the last contact before writing, ms; null when there was none */
  offsetMs: Nullable(Type.Integer({ minimum: -MOST_OFFSET_MS, maximum: MOST_OFFSET_MS })),
};
/** A note as the paper says it. */
export const OfflineNoteInput = Type.Union([
  Input({
    ...said,
    kind: Type.Literal('purchase'),
    household: Id,
    buyer: Id,
    crop: Text(40),
    grade: Text(20),
    grams: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
    fenPerKg: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
    amountFen: Fen,
    referenceFenPerKg: Nullable(Fen),
    paid: Type.Enum(['cash', 'transfer', 'later']),
    /** off which plot, where the keeper asked */
    plot: Type.Optional(Id),
    /** as the paper says it; a device that knows of none says none */
    variety: Type.Optional(Type.String({ maxLength: 30 })),
  }),
  Input({ ...said, kind: Type.Literal('reversal'), reverses: Id, reason: Reason }),
]);
export const NoteAnswer = Type.Object({
  id: Id,
  state: Type.Enum(['accepted', 'refused']),
  /** the county's own number; null where nothing was written */
  number: Nullable(Type.String()),
  lotNumber: Nullable(Type.String()),
  conflicts: Type.Array(Type.Enum(conflictKinds)),
  notices: Type.Array(Type.Enum(noticeKinds)),
  /** of a refused one: the reason's code and words */
  code: Nullable(Type.String()),
  message: Nullable(Type.String()),
  receivedAt: Instant,
});
export const NoteConflict = Type.Object({
  id: Id,
  purchase: Id,
  kind: Type.Enum(conflictKinds),
  state: Type.Enum(conflictStates),
  number: Type.String(),
  /** as printed; null for a note that a reversal was too late for and that was written with a signal */
  deviceNumber: Nullable(Type.String()),
  station: Id,
  stationName: Type.String(),
  household: Id,
  householdCode: Type.String(),
  headMasked: Type.String(),
  villageName: Type.String(),
  cropName: Type.String(),
  grams: Grams,
  amountFen: Fen,
  fenPerKg: Fen,
  detail: Type.Object({
    boughtGrams: Type.Optional(Grams),
    limitGrams: Type.Optional(Grams),
    /** of a spray: the plot's number, what it was, and the first day of harvest */
    plot: Type.Optional(Type.String()),
    product: Type.Optional(Type.String()),
    day: Type.Optional(Day),
    floorFenPerKg: Type.Optional(Fen),
    referenceFenPerKg: Type.Optional(Fen),
    reason: Type.Optional(Type.String()),
  }),
  openedAt: Instant,
  decidedAt: Nullable(Instant),
  decidedByName: Nullable(Type.String()),
  reason: Nullable(Type.String()),
});
export const OfflineNote = Type.Object({
  id: Id,
  number: Type.String(),
  kind: Type.Enum(['purchase', 'reversal']),
  letters: Type.String(),
  deviceName: Type.String(),
  personName: Type.String(),
  state: Type.Enum(['accepted', 'refused']),
  code: Nullable(Type.String()),
  message: Nullable(Type.String()),
  notices: Type.Array(Type.Enum(noticeKinds)),
  grams: Nullable(Grams),
  amountFen: Nullable(Fen),
  writtenAt: Instant,
  notedAt: Instant,
  receivedAt: Instant,
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const readers = ['keeper', 'operator', 'platform', 'auditor'] as const;

export const offline = contract({
  stationPack: {
    method: 'GET',
    path: '/api/counties/:county/station-pack',
    summary: '离线资料包 What a station or cadre carries without a signal',
    who: ['keeper', 'cadre'],
    params: inCounty,
    query: Input({
      station: Type.Optional(Id),
      since: Type.Optional(Type.String({ format: 'date-time', description: '上次的 cursor the cursor given last' })),
    }),
    answer: StationPack,
    refusals: ['county-not-open', 'station-not-yours'],
  },
  offlineNotes: {
    method: 'POST',
    path: '/api/counties/:county/offline-notes',
    summary: '送到离线写的单子，逐张回答 Notes written without a signal, each answered by itself',
    // Whose role was taken back meanwhile must still be able to bring what was written before: the device decides.
    who: 'signed-in',
    // Each note's id is its key.
    repeatable: true,
    params: inCounty,
    body: Input({
      device: Id,
      sentAt: Type.String({ format: 'date-time', description: '按设备时钟 by the device’s clock' }),
      notes: Type.Array(OfflineNoteInput, { minItems: 1, maxItems: MOST_NOTES }),
    }),
    answer: Type.Object({ at: Instant, notes: Type.Array(NoteAnswer) }),
    refusals: ['device-unknown', 'device-reads-only'],
  },
  offlineNoteList: {
    method: 'GET',
    path: '/api/counties/:county/offline-notes',
    summary: '离线送到的单子 Notes that arrived from devices',
    who: readers,
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(['accepted', 'refused'])),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(OfflineNote),
  },
  noteConflicts: {
    method: 'GET',
    path: '/api/counties/:county/note-conflicts',
    summary: '离线单冲突 Conflicts of notes that arrived later',
    who: readers,
    params: inCounty,
    query: Input({ ...PageQuery, state: Type.Optional(Type.Enum(conflictStates)) }),
    answer: Paged(NoteConflict),
  },
  confirmNote: {
    method: 'POST',
    path: '/api/counties/:county/note-conflicts/:id/confirmation',
    summary: '认可冲突的单子 Confirm a note in conflict',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: NoteConflict,
    refusals: ['conflict-not-found', 'conflict-decided'],
  },
  reverseConflict: {
    method: 'POST',
    path: '/api/counties/:county/note-conflicts/:id/reversal',
    summary: '冲销冲突的单子 Reverse a note in conflict',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: NoteConflict,
    refusals: ['conflict-not-found', 'conflict-decided', 'purchase-already-reversed', 'lot-moved-on'],
  },

  devices: {
    method: 'GET',
    path: '/api/counties/:county/devices',
    summary: '离线设备 Devices that work without a signal',
    who: ['keeper', 'cadre', 'operator', 'auditor'],
    params: inCounty,
    query: Input({ ...PageQuery }),
    answer: Paged(Device),
  },
  addDevice: {
    method: 'POST',
    path: '/api/counties/:county/devices',
    summary: '登记离线设备 Register a device',
    who: ['keeper', 'cadre'],
    params: inCounty,
    body: Input({ station: Type.Optional(Id), name: Name }),
    answer: DeviceWithKey,
    refusals: ['county-not-open', 'station-not-yours'],
  },
  recoverDevice: {
    method: 'POST',
    path: '/api/counties/:county/devices/:id/recovery',
    summary: '忘记 PIN：取回设备钥匙 The key of a device whose PIN is forgotten',
    who: 'signed-in',
    repeatable: true,
    params: one,
    answer: DeviceWithKey,
    refusals: ['device-unknown', 'device-revoked'],
  },
  revokeDevice: {
    method: 'POST',
    path: '/api/counties/:county/devices/:id/revocation',
    summary: '停用设备 Revoke a device',
    who: ['keeper', 'cadre', 'operator'],
    params: one,
    body: Input({ reason: Reason }),
    answer: Device,
    refusals: ['device-unknown', 'device-revoked'],
  },
});
