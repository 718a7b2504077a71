// Completing and cancelling a visit.

import * as checklist from './checklist';
import * as parts from './parts';
import * as signature from './signature';
import { LONG, bounded, conflict, invalid } from './failure';
import { follow } from './follow-up';
import { OPEN, type Visit, at, checksOf, partsOf, update, visit as visitById } from './store';
import { type Language, cut, stateText } from './texts';

/** The most minutes of a way or of work: a week. */
const MOST_MINUTES = 7 * 24 * 60;
/** The most parts of a visit. */
const MOST_PARTS = 200;

/** What somebody reports. */
export interface Report {
  outcome: string;
  report: string;
  travelMinutes?: number;
  workMinutes?: number;
  parts: parts.EnteredPart[];
  ticks: checklist.Tick[];
  signature?: signature.EnteredSignature;
}

function minutes(count: number | undefined, zh: string, en: string, language: Language): void {
  if (count !== undefined && (!Number.isInteger(count) || count < 0 || count > MOST_MINUTES)) {
    throw invalid(language, `${zh}须为 0 至 ${MOST_MINUTES} 的整数`, `${en} are a whole number from 0 to ${MOST_MINUTES}`);
  }
}

/** A visit that is still open, or an error. */
export function open(id: string, language: Language): Visit {
  const visit = visitById(id);
  if (visit === undefined) throw invalid(language, `没有上门 ${id}，可能已被删除`, `there is no visit ${id}; it may have been deleted`);
  if (OPEN.includes(visit.state)) return visit;
  const state = stateText(language, visit.state);
  throw conflict(language, `上门“${visit.subject}”${state}`, `the visit “${visit.subject}” is ${state} already`);
}

/** Completes a visit: what doesn't make sense is refused before anything is written. */
export function complete(id: string, report: Report, now: number, language: Language): Visit {
  minutes(report.travelMinutes, '路程分钟', 'travel minutes', language);
  minutes(report.workMinutes, '作业分钟', 'work minutes', language);
  const text = bounded(report.report, LONG, { zh: '服务记录', en: 'the report' }, language);
  const checked = report.parts.map((part) => parts.check(part, language));
  const signed = report.signature === undefined ? undefined : signature.check(report.signature, language);
  const visit = open(id, language);
  const known = partsOf(visit.id);
  if (known.length + checked.length > MOST_PARTS) {
    throw invalid(language, `一次上门最多 ${MOST_PARTS} 个配件`, `a visit has ${MOST_PARTS} parts at most`);
  }
  const checks = checklist.tick(checksOf(visit.id), report.ticks, now, language);
  const missing = checklist.missing(checks);
  // Whoever couldn't get in couldn't check anything.
  if (missing.length > 0 && report.outcome !== 'no-access') {
    const items = missing.join(language === 'en' ? ', ' : '、');
    throw conflict(language, `必检项未完成：${items}`, `required items aren't ticked: ${items}`);
  }
  for (const part of checked) parts.record(part, visit);
  const file = signed === undefined ? '' : signature.keep(signed, visit);
  const done: Visit = {
    ...visit,
    state: 'done',
    outcome: report.outcome,
    report: text || visit.report,
    travelMinutes: report.travelMinutes ?? visit.travelMinutes,
    workMinutes: report.workMinutes ?? visit.workMinutes,
    signedBy: signed?.name ?? visit.signedBy,
    signedAt: signed === undefined ? visit.signedAt : now,
  };
  update('sitevisit', visit, {
    state: done.state,
    outcome: done.outcome,
    report: done.report,
    travel_minutes: done.travelMinutes,
    work_minutes: done.workMinutes,
    signed_by: done.signedBy,
    signed_at: done.signedAt === undefined ? undefined : at(done.signedAt),
    signature_file: file || undefined,
    warning: '',
    ...follow({ visit: done, parts: [...known, ...checked], checks }),
  });
  return done;
}

/** Cancels a visit. */
export function cancel(id: string, reason: string, language: Language): void {
  const visit = open(id, language);
  const cancelled = { ...visit, state: 'cancelled', cancelReason: cut(reason.trim(), 200) };
  update('sitevisit', visit, {
    state: 'cancelled',
    cancel_reason: cancelled.cancelReason,
    warning: '',
    ...follow({ visit: cancelled, parts: [], checks: [] }),
  });
}

/** Notes that a visit goes on: confirmed, on the way, on site. */
export function move(id: string, state: string, language: Language): void {
  const visit = open(id, language);
  update('sitevisit', visit, { state });
}
