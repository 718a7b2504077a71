// What follows when a visit is over: the ticket gets a comment, or somebody a task. Each once, whoever and whatever
// brought the visit there: the visit keeps the state that was followed up.

import * as hospes from 'hospes';

import * as settings from './settings';
import * as parts from './parts';
import { plusMonths } from './day';
import { type Check, type Part, type Visit, asset, create, fieldsOf, update } from './store';
import { type Language, cut, either, outcomeText, t } from './texts';
import { windowText } from './visit';
import { clockIn, dayIn } from './zone';

/** The longest comment. */
const LONGEST = 8_000;

/** What a visit was about, in the language of the settings. */
export interface Done {
  visit: Visit;
  parts: (Part | parts.CheckedPart)[];
  checks: Check[];
}

/** The comment about a visit that is done. */
export function summary({ visit, parts: used, checks }: Done, language: Language): string {
  const colon = t(language, 'colon');
  const line = (key: Parameters<typeof t>[1], text: string) => (text === '' ? [] : [`${t(language, key)}${colon}${text}`]);
  const minutes = (count?: number) => (count === undefined ? '' : String(count));
  const missing = checks.filter((check) => !check.isDone).map((check) => check.item);
  const zone = settings.zoneOr(visit.zone);
  const signed = visit.signedAt === undefined ? '' : ` ${dayIn(zone, visit.signedAt)} ${clockIn(zone, visit.signedAt)}`;
  const remarks = checks.filter((check) => check.remark !== '').map((check) => `- ${check.item}${colon}${check.remark}`);
  const lines = [
    `${t(language, 'summaryDone')}${visit.subject}`,
    ...line('window', windowText(visit, language)),
    ...line('engineer', settings.nameOf(visit.engineer)),
    ...line('outcome', visit.outcome === '' ? '' : outcomeText(language, visit.outcome)),
    ...line('travelMinutes', minutes(visit.travelMinutes)),
    ...line('workMinutes', minutes(visit.workMinutes)),
    ...line('report', visit.report),
    ...(used.length === 0 ? [t(language, 'noParts')] : [t(language, 'parts'), ...used.map((part) => `- ${parts.line(part, language)}`)]),
    ...(checks.length === 0 ? [] : [`${t(language, 'checklist')}${checks.length - missing.length}/${checks.length}`]),
    ...(missing.length === 0 ? [] : [`${t(language, 'notChecked')}${missing.join(either(language, '、', ', '))}`]),
    ...remarks,
    ...line('signedBy', visit.signedBy === '' ? '' : `${visit.signedBy}${signed}`),
  ];
  return cut(lines.join('\n'), LONGEST);
}

/** A task about a visit's ticket, or its customer where there is no ticket. */
function task(visit: Visit, why: string, tag: string, language: Language): void {
  const isTicket = visit.ticket !== '';
  const subject = isTicket ? { subject_kind: 'ticket', subject_id: visit.ticket } : { subject_kind: 'customer', subject_id: visit.customer };
  const team = settings.dispatchTeam() || visit.team;
  create('task', {
    title: cut(`${t(language, 'planAgain')}${visit.subject}`, 200),
    description: [why, visit.from === undefined ? '' : windowText(visit, language)].filter((text) => text !== '').join('\n'),
    ...(isTicket || visit.customer !== '' ? subject : {}),
    team_id: team || undefined,
    // Without a team that plans, whoever was to go has to see to it.
    assignee_id: team === '' ? visit.engineer || undefined : undefined,
    tags: [tag],
  });
}

/** Does what follows from the visit's state, unless it was done; the fields that the visit gets by it. */
export function follow(done: Done): Record<string, unknown> {
  const { visit } = done;
  const language = settings.language();
  if (visit.followedUp === visit.state) return {};
  switch (visit.state) {
    case 'done':
      if (visit.ticket !== '' && fieldsOf('ticket', visit.ticket) !== undefined) {
        hospes.records.comment('ticket', visit.ticket, summary(done, language));
      }
      if (visit.type === 'maintenance' && visit.asset !== '') maintained(visit);
      if (visit.outcome === 'follow-up') task(visit, outcomeText(language, visit.outcome), 'visit-follow-up', language);
      return { followed_up: 'done' };
    case 'cancelled':
      task(visit, [t(language, 'wasCancelled'), visit.cancelReason].join(language === 'en' ? ' ' : ''), 'visit-cancelled', language);
      return { followed_up: 'cancelled' };
    case 'missed':
      task(visit, t(language, 'wasMissed'), 'visit-missed', language);
      return { followed_up: 'missed' };
    default:
      // It was opened again: what comes next is followed up anew.
      return visit.followedUp === '' ? {} : { followed_up: '' };
  }
}

/** Sets the asset's next maintenance, counted from the day of this one. */
function maintained(visit: Visit): void {
  const known = asset(visit.asset);
  const months = known?.maintenanceMonths ?? 0;
  if (known === undefined) return;
  const day = dayIn(settings.zoneOr(visit.zone), visit.from ?? hospes.clock.now() / 1_000);
  const next = months >= 1 && months <= 240 ? plusMonths(day, Math.floor(months)) : '';
  // An asset whose next maintenance lies later already keeps it: this visit came in late.
  if (known.nextMaintenance > day && known.nextMaintenance !== known.plannedFor) return;
  update('service-asset', known, { next_maintenance: next, maintenance_planned_for: '' });
}
