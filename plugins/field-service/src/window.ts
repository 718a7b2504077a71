// The window in which a visit takes place: read from what people enter, and written for them.

import { DAY, HOUR, MINUTE, midnight, plusDays, timeOfDay, weekday } from './day';
import { invalid } from './failure';
import { type Language, either, weekdayText } from './texts';
import { clockIn, dayIn, isZone, momentOf, moments } from './zone';

/** The longest window that ends on the day after it began: what is longer is taken for a mistake. */
const LONGEST_NIGHT = 12 * HOUR;
/** The longest window at all. */
const LONGEST = DAY;
/** How far back and ahead a visit may be planned. */
const OLDEST = 366 * DAY;
const FURTHEST = 5 * 366 * DAY;

/** From when to when, in milliseconds, and where. */
export interface Window {
  from: number;
  to: number;
  zone: string;
}

/** What was entered. */
export interface Entered {
  day: string;
  from: string;
  to: string;
  zone: string;
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A day, or what is wrong with it. */
export function readDay(day: string, language: Language): string {
  if (midnight(day) !== undefined) return day;
  throw invalid(language, `“${day}”不是日期，请写作 2026-01-31`, `“${day}” is no day; write 2026-01-31`);
}

/** A zone's name, or what is wrong with it. */
export function readZone(name: string, language: Language): string {
  if (isZone(name)) return name;
  throw invalid(language, `未知时区“${name}”，请写作 Asia/Shanghai`, `“${name}” is no known time zone; write one such as Asia/Shanghai`);
}

/** The moment at which a clock shows a time of day, or an error where it never does. */
function onClock(day: string, minutes: number, zone: string, language: Language): number {
  const [first] = moments(zone, day, minutes);
  if (first !== undefined) return first;
  const shown = `${day} ${clockIn('UTC', minutes * MINUTE)}`;
  throw invalid(
    language,
    `${zone} 的 ${shown} 因夏令时开始而不存在`,
    `${shown} doesn't exist in ${zone}: the clocks go forward over it`,
  );
}

function wrongTime(text: string, language: Language): Error {
  return invalid(
    language,
    `“${text}”不是时间，请写作 09:30，或带时差的 2026-01-31T09:30:00+08:00`,
    `“${text}” is no time; write 09:30, or 2026-01-31T09:30:00+08:00 with its offset`,
  );
}

/** One end of a window that carries its offset; undefined where it is a time of day. */
function moment(text: string, language: Language): number | undefined {
  if (timeOfDay(text) !== undefined) return undefined;
  const at = ISO.test(text) && midnight(text.slice(0, 10)) !== undefined ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw wrongTime(text, language);
  return at;
}

/** The window that was entered. Without an end it is so many minutes long. */
export function read(entered: Entered, minutes: number, now: number, language: Language): Window {
  const zone = readZone(entered.zone, language);
  if (entered.from === '') throw invalid(language, '缺少开始时间', 'the time at which the window begins is missing');
  const begins = moment(entered.from, language);
  const day = begins === undefined ? entered.day : dayIn(zone, begins);
  if (day === '') throw invalid(language, '缺少日期', 'the day is missing');
  const from = begins ?? onClock(readDay(day, language), timeOfDay(entered.from) ?? 0, zone, language);
  const to = entered.to === '' ? from + minutes * MINUTE : end(entered.to, { day, from, zone }, language);
  if (to <= from) {
    throw invalid(language, '结束时间须晚于开始时间', 'the window has to end after it begins');
  }
  if (to - from > LONGEST) throw invalid(language, '时段最长 24 小时', 'a window is 24 hours long at most');
  if (from < now - OLDEST || from > now + FURTHEST) {
    throw invalid(language, `日期 ${day} 离今天太远，请核对年份`, `${day} is too far from today; look at the year`);
  }
  return { from, to, zone };
}

/** The end of a window. A time of day that isn't after the beginning belongs to the next day, where that makes a night. */
function end(text: string, { day, from, zone }: { day: string; from: number; zone: string }, language: Language): number {
  const at = moment(text, language);
  if (at !== undefined) return at;
  const minutes = timeOfDay(text) ?? 0;
  const same = onClockAfter(day, minutes, zone, from, language);
  if (same > from) return same;
  const next = onClock(plusDays(day, 1), minutes, zone, language);
  return next - from <= LONGEST_NIGHT && clockIn(zone, from) !== clockIn(zone, next) ? next : same;
}

/** As `onClock`, but the later of two moments where only that one is after the beginning. */
function onClockAfter(day: string, minutes: number, zone: string, from: number, language: Language): number {
  return moments(zone, day, minutes).find((at) => at > from) ?? onClock(day, minutes, zone, language);
}

/** Where a day begins and ends in a zone. */
export function dayBounds(zone: string, day: string): { from: number; to: number } {
  return { from: momentOf(zone, day, 0), to: momentOf(zone, plusDays(day, 1), 0) };
}

/** A window in words, with the day of its end where that is another one. */
export function written({ from, to, zone }: Window, language: Language): string {
  const [begins, ends] = [dayIn(zone, from), dayIn(zone, to)];
  const until = begins === ends ? clockIn(zone, to) : `${ends} ${clockIn(zone, to)}`;
  const on = weekdayText(language, weekday(begins));
  return either(
    language,
    `${begins}（${on}）${clockIn(zone, from)}–${until}（${zone}）`,
    `${on}, ${begins}, ${clockIn(zone, from)}–${until} (${zone})`,
  );
}
