// Days of the calendar, written YYYY-MM-DD, and times of day, written HH:MM. They know no zone.

/** Milliseconds of a minute, an hour and a day. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Minutes of a day. */
export const MINUTES_A_DAY = 24 * 60;

/** Days of the week as settings name them, as `Date` numbers them. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const two = (number: number) => String(number).padStart(2, '0');

/** Midnight of a day as if it were in UTC, in milliseconds; undefined where there is no such day. */
export function midnight(day: string): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (parts === null) return undefined;
  const [year, month, date] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const at = Date.UTC(year, month - 1, date);
  // What runs over, such as the 30th of February, comes back as another day.
  return year >= 1970 && written(at) === day ? at : undefined;
}

/** The day on which a time lies, both as if in UTC. */
export function written(at: number): string {
  const date = new Date(at);
  return `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** A day so many days later. */
export function plusDays(day: string, days: number): string {
  return written((midnight(day) ?? 0) + days * DAY);
}

/** The same day so many months later; the last of the month where that has no such day. */
export function plusMonths(day: string, months: number): string {
  const from = new Date(midnight(day) ?? 0);
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const next = new Date(first);
  const last = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate();
  return written(first + (Math.min(from.getUTCDate(), last) - 1) * DAY);
}

/** The day of the week. */
export function weekday(day: string): Weekday {
  return WEEKDAYS[new Date(midnight(day) ?? 0).getUTCDay()] ?? 'sun';
}

/** Minutes since midnight of a time of day; a full-width colon counts, too. Undefined where it isn't one. */
export function timeOfDay(text: string): number | undefined {
  const parts = /^([01]?\d|2[0-3])[:：]([0-5]\d)$/.exec(text.normalize('NFKC').trim());
  return parts === null ? undefined : Number(parts[1]) * 60 + Number(parts[2]);
}

/** A time of day in words. */
export function clock(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
