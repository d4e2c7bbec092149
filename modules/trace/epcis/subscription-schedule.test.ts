import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTime, type Schedule, scheduleFault } from './subscription-schedule.ts';

// Thursday, 14:00 in China.
const NOW = '2026-09-17T06:00:00.000Z';

const wrong: [schedule: unknown, field: string][] = [
  [undefined, ''],
  [{}, ''],
  ['1:05', ''],
  [{ hours: '1' }, 'hours'],
  [{ hour: 1 }, 'hour'],
  [{ hour: '24' }, 'hour'],
  [{ hour: '' }, 'hour'],
  [{ minute: '5,60' }, 'minute'],
  [{ minute: '*/5' }, 'minute'],
  [{ hour: '[17-8]' }, 'hour'],
  [{ dayOfWeek: '0' }, 'dayOfWeek'],
  [{ dayOfMonth: '31', month: '2,4' }, 'dayOfMonth'],
];
for (const [schedule, field] of wrong) {
  test(`${JSON.stringify(schedule)} is no schedule`, () =>
    assert.equal(scheduleFault(schedule as never)?.field, field));
}

const right: [schedule: Schedule, next: string, then: string][] = [
  // The standard's own example: every morning at five past one.
  [{ hour: '1', minute: '5' }, '2026-09-17T17:05:00Z', '2026-09-18T17:05:00Z'],
  [{ second: '0,30' }, '2026-09-17T06:00:30Z', '2026-09-17T06:01:00Z'],
  [{ minute: '15' }, '2026-09-17T06:15:00Z', '2026-09-17T07:15:00Z'],
  [{ hour: '[8-17]' }, '2026-09-17T07:00:00Z', '2026-09-17T08:00:00Z'],
  [{ hour: '14' }, '2026-09-18T06:00:00Z', '2026-09-19T06:00:00Z'],
  [{ dayOfWeek: '1' }, '2026-09-20T16:00:00Z', '2026-09-27T16:00:00Z'],
  [{ dayOfWeek: '5', hour: '9' }, '2026-09-18T01:00:00Z', '2026-09-25T01:00:00Z'],
  [{ dayOfMonth: '1', hour: '8' }, '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z'],
  [{ month: '1' }, '2026-12-31T16:00:00Z', '2027-12-31T16:00:00Z'],
  [{ dayOfMonth: '29', month: '2' }, '2028-02-28T16:00:00Z', '2032-02-28T16:00:00Z'],
];
for (const [schedule, next, then] of right) {
  test(`${JSON.stringify(schedule)} comes at ${next}, then at ${then}`, () => {
    assert.equal(scheduleFault(schedule), null);
    const first = nextTime(schedule, new Date(NOW)) as Date;
    assert.equal(first.toISOString(), new Date(next).toISOString());
    assert.equal(nextTime(schedule, first)?.toISOString(), new Date(then).toISOString());
  });
}
