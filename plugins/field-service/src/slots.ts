// When an engineer is free: the working hours of a day, without visits and the time around them.

import * as settings from './settings';
import { MINUTE, MINUTES_A_DAY, plusDays, weekday } from './day';
import { SCHEDULED, at, visits, where } from './store';
import { windowOf } from './visit';
import { momentOf } from './zone';

/** Visits that are looked at for one day. */
const MOST = 400;

/** A time in which somebody is free, in milliseconds. */
export interface Slot {
  from: number;
  to: number;
}

/** The working time of an engineer on a day, as moments; none where they don't work then. */
export function workingTime(engineer: settings.Engineer, day: string): Slot | undefined {
  if (!engineer.days.includes(weekday(day))) return undefined;
  const moment = (minutes: number) =>
    momentOf(engineer.zone, plusDays(day, Math.floor(minutes / MINUTES_A_DAY)), minutes % MINUTES_A_DAY);
  const [from, to] = [moment(engineer.from), moment(engineer.to)];
  return from < to ? { from, to } : undefined;
}

/** What is left of a time without others; what is shorter than so much is left out. */
export function without(time: Slot, others: Slot[], least: number): Slot[] {
  const free: Slot[] = [];
  let from = time.from;
  for (const other of [...others].sort((one, next) => one.from - next.from)) {
    if (other.from > from) free.push({ from, to: Math.min(other.from, time.to) });
    from = Math.max(from, other.to);
  }
  if (from < time.to) free.push({ from, to: time.to });
  return free.filter((slot) => slot.from < time.to && slot.to - slot.from >= least);
}

/** The free times of an engineer within their working time, none of it in the past. */
export function free(engineer: settings.Engineer, time: Slot, minutes: number, now: number): Slot[] {
  const buffer = settings.bufferMinutes() * MINUTE;
  const begins = Math.max(time.from, Math.ceil(now / MINUTE) * MINUTE);
  if (begins >= time.to) return [];
  const found = visits(
    [
      where('owner_id', 'equal', engineer.user),
      where('window_from', 'less', at(time.to + buffer)),
      where('window_to', 'greater', at(time.from - buffer)),
    ],
    MOST,
  );
  const busy = found
    .filter((visit) => SCHEDULED.includes(visit.state))
    .flatMap((visit) => windowOf(visit) ?? [])
    .map(({ from, to }) => ({ from: from - buffer, to: to + buffer }));
  return without({ from: begins, to: time.to }, busy, minutes * MINUTE);
}
