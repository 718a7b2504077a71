// Time zones: what a clock shows somewhere, and which moment that is. The engine knows UTC alone, so the rules come from
// a table; a rule reads `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX, `TZ`).

import { DAY, HOUR, MINUTE, clock, midnight, written } from './day';
import { ZONES } from './zone-table';

/** When the clocks change: the month, which week's (5 is the last) day of the week, and how long after midnight. */
interface Change {
  month: number;
  week: number;
  weekday: number;
  after: number;
}

/** A zone's rule: how far it is ahead of UTC, in milliseconds, and its summer time if it has one. */
interface Rule {
  standard: number;
  summer?: { ahead: number; begins: Change; ends: Change };
}

const NAME = '(?:[A-Za-z]+|<[^>]+>)';
const TIME = '([+-]?)(\\d+)(?::(\\d+))?(?::(\\d+))?';
const RULE = new RegExp(`^${NAME}${TIME}(?:${NAME}(?:${TIME})?,(.+),(.+))?$`);
const CHANGE = new RegExp(`^M(\\d+)\\.(\\d)\\.(\\d)(?:/${TIME})?$`);

function span(sign = '', hours = '0', minutes = '0', seconds = '0'): number {
  const length = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * 1_000;
  return sign === '-' ? -length : length;
}

function change(text: string): Change {
  const [, month, week, day, sign, hours, minutes, seconds] = CHANGE.exec(text) ?? [];
  const after = hours === undefined ? 2 * HOUR : span(sign, hours, minutes, seconds);
  return { month: Number(month), week: Number(week), weekday: Number(day), after };
}

function parse(rule: string): Rule {
  const parts = RULE.exec(rule) ?? [];
  // POSIX counts what has to be added to reach UTC; here it is what a zone is ahead. Nothing is minus nothing.
  const standard = 0 - span(parts[1], parts[2], parts[3], parts[4]);
  const [begins, ends] = [parts[9], parts[10]];
  if (begins === undefined || ends === undefined) return { standard };
  const ahead = parts[6] === undefined ? standard + HOUR : 0 - span(parts[5], parts[6], parts[7], parts[8]);
  return { standard, summer: { ahead, begins: change(begins), ends: change(ends) } };
}

const RULES = new Map<string, Rule>();
for (const [rule, names] of Object.entries(ZONES)) {
  const parsed = parse(rule);
  for (const name of names.split(' ')) RULES.set(name, parsed);
}

/** Whether a zone is known, by its name in the IANA database. */
export function isZone(name: string): boolean {
  return RULES.has(name);
}

/** When the clocks change in a year, as the clocks show it until then. */
function moment({ month, week, weekday, after }: Change, year: number): number {
  const first = Date.UTC(year, month - 1, 1);
  const days = ((weekday - new Date(first).getUTCDay() + 7) % 7) + (week - 1) * 7;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return first + (days < last ? days : days - 7) * DAY + after;
}

/** How far a zone is ahead of UTC at a moment, both in milliseconds. A zone that isn't known counts as UTC. */
export function ahead(zone: string, at: number): number {
  const rule = RULES.get(zone) ?? { standard: 0 };
  if (rule.summer === undefined) return rule.standard;
  const { summer, standard } = rule;
  const year = new Date(at + standard).getUTCFullYear();
  const begins = moment(summer.begins, year) - standard;
  const ends = moment(summer.ends, year) - summer.ahead;
  const isSummer = begins < ends ? begins <= at && at < ends : at < ends || begins <= at;
  return isSummer ? summer.ahead : standard;
}

/** What a clock shows, in milliseconds as if it were in UTC. */
export function shown(zone: string, at: number): number {
  return at + ahead(zone, at);
}

/** The day in a zone. */
export function dayIn(zone: string, at: number): string {
  return written(shown(zone, at));
}

/** The minutes since midnight that a clock shows. */
export function minutesIn(zone: string, at: number): number {
  return Math.floor((((shown(zone, at) % DAY) + DAY) % DAY) / MINUTE);
}

/** The time of day that a clock shows. */
export function clockIn(zone: string, at: number): string {
  return clock(minutesIn(zone, at));
}

/** The moments at which a clock shows a time: two where the clocks go back over it, none where they skip it. */
export function moments(zone: string, day: string, minutes: number): number[] {
  const local = (midnight(day) ?? 0) + minutes * MINUTE;
  const around = [ahead(zone, local - DAY), ahead(zone, local + DAY)];
  const found = around.map((offset) => local - offset).filter((at) => shown(zone, at) === local);
  return [...new Set(found)].sort((one, other) => one - other);
}

/** The moment at which a clock shows a time. Where the clocks go back it is the first, where they skip it the moment of the change. */
export function momentOf(zone: string, day: string, minutes: number): number {
  const [first] = moments(zone, day, minutes);
  if (first !== undefined) return first;
  // With the offset of before, a time that is skipped lies as far behind the change as it does on the clock.
  const local = (midnight(day) ?? 0) + minutes * MINUTE;
  let at = local - ahead(zone, local - DAY);
  while (ahead(zone, at - MINUTE) === ahead(zone, at)) at -= MINUTE;
  return at;
}

/** A moment as ISO 8601 has it in a zone, to the second: `2026-03-29T09:00:00+02:00`. */
export function iso(zone: string, at: number): string {
  const offset = Math.round(ahead(zone, at) / MINUTE);
  const sign = offset < 0 ? '-' : '+';
  return `${new Date(shown(zone, at)).toISOString().slice(0, 19)}${sign}${clock(Math.abs(offset))}`;
}
