// Zones against the engine of Node.js, which has the whole database.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plusDays, plusMonths } from '../src/day';
import { ahead, iso, isZone, momentOf, moments } from '../src/zone';
import { ZONES } from '../src/zone-table';

/** Morocco changes its clocks for Ramadan, which POSIX can't write. */
const BY_THE_MOON = ['Africa/Casablanca', 'Africa/El_Aaiun'];

test('every zone shows the same as Node.js at the hours around all changes of the next years', () => {
  for (const name of Object.values(ZONES).flatMap((names) => names.split(' '))) {
    if (BY_THE_MOON.includes(name)) continue;
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const expected = (at: number) => {
      const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(at)) ?? [];
      return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000 || 0;
    };
    for (const year of [2027, 2032]) {
      let [last, at] = [Number.NaN, Date.UTC(year, 0, 1)];
      for (; at < Date.UTC(year + 1, 0, 2); at += 12 * 3_600_000) {
        const offset = expected(at);
        assert.equal(ahead(name, at), offset, `${name} ${new Date(at).toISOString()}`);
        if (offset !== last) {
          for (let hour = 1; hour <= 12; hour += 1) {
            const between = at - hour * 3_600_000 + 1_800_000;
            assert.equal(ahead(name, between), expected(between), `${name} ${new Date(between).toISOString()}`);
          }
        }
        last = offset;
      }
    }
  }
});

test('a time that the clocks skip is no moment, and one that they show twice is two', () => {
  assert.deepEqual(moments('Europe/Berlin', '2027-03-28', 150), []);
  assert.equal(iso('Europe/Berlin', momentOf('Europe/Berlin', '2027-03-28', 150)), '2027-03-28T03:00:00+02:00');
  const twice = moments('Europe/Berlin', '2027-10-31', 150).map((at) => iso('Europe/Berlin', at));
  assert.deepEqual(twice, ['2027-10-31T02:30:00+02:00', '2027-10-31T02:30:00+01:00']);
  assert.equal(moments('Asia/Shanghai', '2027-03-28', 150).length, 1);
});

test('names that are none are no zones', () => {
  assert.deepEqual(['Asia/Shanghai', 'UTC', 'China', '', 'constructor', '+08:00'].map(isZone), [true, true, false, false, false, false]);
});

test('days at the ends of months and years', () => {
  assert.equal(plusDays('2026-12-31', 1), '2027-01-01');
  assert.equal(plusDays('2028-02-28', 1), '2028-02-29');
  assert.equal(plusMonths('2026-08-31', 6), '2027-02-28');
  assert.equal(plusMonths('2026-11-30', 3), '2027-02-28');
  assert.equal(plusMonths('2027-08-31', 6), '2028-02-29');
});
