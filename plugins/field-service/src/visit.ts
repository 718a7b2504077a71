// What a visit is called, when it is, and which others it collides with.

import * as settings from './settings';
import { type Visit, SCHEDULED, visits, where, at } from './store';
import { type Language, cut, either, t } from './texts';
import { type Window, written } from './window';

/** Visits of one engineer that are looked at for one window. */
const MOST_NEAR = 200;

/** A visit's window in the zone of its site; none where it has no time yet, or one that makes no sense. */
export function windowOf(visit: Visit): Window | undefined {
  const { from, to } = visit;
  return from === undefined || to === undefined || to <= from ? undefined : { from, to, zone: settings.zoneOr(visit.zone) };
}

/** A visit's window in words. */
export function windowText(visit: Visit, language: Language): string {
  const window = windowOf(visit);
  return window === undefined ? t(language, 'noTime') : written(window, language);
}

/** The visits of an engineer that overlap a window, but for one. A visit that begins when another ends doesn't. */
export function overlapping(engineer: string, window: { from: number; to: number }, but = ''): Visit[] {
  if (engineer === '') return [];
  const found = visits(
    [
      where('owner_id', 'equal', engineer),
      where('window_from', 'less', at(window.to)),
      where('window_to', 'greater', at(window.from)),
    ],
    MOST_NEAR,
  );
  return found.filter((visit) => visit.id !== but && SCHEDULED.includes(visit.state) && windowOf(visit) !== undefined);
}

/** What is wrong with a visit's plan, in the language of the settings; empty where nothing is. */
export function warningOf(visit: Visit): string {
  const language = settings.language();
  if (!SCHEDULED.includes(visit.state)) return '';
  const { from, to } = visit;
  if (from === undefined || to === undefined) {
    return either(language, '已安排但没有时段', 'It is planned, but has no window');
  }
  if (to <= from) return either(language, '结束时间不晚于开始时间', 'It ends before it begins');
  const [other] = overlapping(visit.engineer, { from, to }, visit.id);
  if (other === undefined) return '';
  const text = either(
    language,
    `与“${other.subject}”重叠：${windowText(other, language)}`,
    `It overlaps “${other.subject}”: ${windowText(other, language)}`,
  );
  return cut(text, 200);
}
