import { refuse } from '../refuse.ts';
import { invalid } from './capture.ts';
import type { Fault } from './check-document.ts';
import type { JsonObject } from './names.ts';
import { type Schedule, scheduleFault, scheduleFields } from './subscription-schedule.ts';

/** When a subscription is told and from when on, by a webhook or on a socket. */
export interface Controls {
  /** null: each event as it comes */
  schedule: Schedule | null;
  reportIfEmpty: boolean;
  /** null: from now on */
  from: Date | null;
}

/** Parameters that say how much and in which order: a subscription tells each event once, in the order they came. */
const notStanding = ['orderBy', 'orderDirection', 'eventCountLimit', 'maxEventCount'];
const fields = ['stream', 'schedule', 'reportIfEmpty', 'initialRecordTime'];

/**
 * Reads what somebody who subscribes to a query says.
 *
 * @param said stream or schedule, reportIfEmpty, initialRecordTime
 * @param own further fields that may stand beside these, what is wrong with them, and where the schedule's fields stand
 * @throws Refusal `epcis-invalid` | `epcis-subscription-controls` | `epcis-query-not-standing`
 */
export function readControls(
  said: JsonObject,
  query: JsonObject,
  own: { fields: readonly string[]; faults: readonly Fault[]; schedule: string },
): Controls {
  const faults: Fault[] = Object.keys(said)
    .filter((name) => !fields.includes(name) && !own.fields.includes(name))
    .map((name) => ({ pointer: `/${name}`, keyword: 'additionalProperties', message: 'is not a known field' }));
  faults.push(...own.faults, ...faultsOf(said, own.schedule));
  if (faults.length > 0) throw invalid(faults);
  if ((said.stream === true) === (said.schedule !== undefined)) throw refuse('epcis-subscription-controls');
  const limiting = notStanding.find((parameter) => query[parameter] !== undefined);
  if (limiting) throw refuse('epcis-query-not-standing', { parameter: limiting });
  return {
    schedule: (said.schedule ?? null) as Schedule | null,
    reportIfEmpty: said.reportIfEmpty === true,
    from: said.initialRecordTime === undefined ? null : new Date(String(said.initialRecordTime)),
  };
}

function faultsOf(said: JsonObject, scheduleAt: string): Fault[] {
  const faults: Fault[] = [];
  const wrong = (pointer: string, message: string, keyword = 'format') => faults.push({ pointer, keyword, message });
  const { reportIfEmpty, stream, schedule, initialRecordTime: from } = said;
  if (reportIfEmpty !== undefined && typeof reportIfEmpty !== 'boolean')
    wrong('/reportIfEmpty', 'must be boolean', 'type');
  if (stream !== undefined && stream !== true) wrong('/stream', 'must be true or left out', 'const');
  if (from !== undefined && (typeof from !== 'string' || Number.isNaN(Date.parse(from)) || !from.includes('T'))) {
    wrong('/initialRecordTime', 'must be a date-time');
  }
  const fault = schedule === undefined ? null : scheduleFault(schedule);
  if (fault) wrong(fault.field === '' ? scheduleAt : `${scheduleAt}/${fault.field}`, fault.why);
  return faults;
}

/** Whether a parameter of an address is one that only a subscription has. */
export const isControl = (name: string): boolean => fields.includes(name) || scheduleFields.includes(name);

/**
 * The same as it stands in an address, as the standard writes it there: `stream=true`, or the schedule's fields beside
 * the others.
 */
export function controlsInAddress(query: Readonly<Record<string, unknown>>): JsonObject {
  const said: JsonObject = {};
  const schedule: JsonObject = {};
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const text = String(value);
    if (scheduleFields.includes(name)) schedule[name] = text;
    else said[name] = text === 'true' ? true : text === 'false' ? false : text;
  }
  return Object.keys(schedule).length > 0 ? { ...said, schedule } : said;
}
