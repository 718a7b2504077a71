// What time brings: visits that nobody made, reminders, maintenance that is due.

import * as hospes from 'hospes';

import * as settings from './settings';
import { DAY, HOUR, MINUTE, plusDays, weekday } from './day';
import { itemsFor } from './checklist';
import { propose } from './plan';
import { follow } from './follow-up';
import { type Asset, type Visit, at, assetOf, create, fieldsOf, find, page, update, visits, where } from './store';
import { type Language, cut, spoken, t, weekdayText } from './texts';
import { warningOf, windowOf } from './visit';
import { clockIn, dayIn, minutesIn } from './zone';

/** Visits of one state that one look changes: a call makes 1,000 changes at most, and the next hour brings the next look. */
const MOST_VISITS = 150;
/** Visits that are read for reminders: most of them were reminded of before. */
const MOST_READ = 1_000;
/** Pages of assets of one look, and changes that arranging their maintenance makes: a visit has a checklist. */
const MOST_PAGES = 5;
const MOST_CHANGES = 600;
/** How long after its window a visit can still become missed: what is older was left by the system that was used before. */
const OLDEST_MISSED = 30 * DAY;
/** After this hour nobody is reminded. */
const QUIET_FROM = 21;

/** How far a day's look for maintenance has come. */
interface Progress {
  day: string;
  cursor?: string;
  isDone?: boolean;
}

/** What the manifest's times do. Reminders go by themselves: one that can't be sent doesn't hold the rest up. */
export const TIMES: Record<string, (now: number) => void> = {
  check(now) {
    missed(now);
    settled(now);
    daily(now);
  },
  remind(now) {
    if (settings.reminds()) remind(now);
  },
};

/** Visits whose window has passed though nobody set out. */
function missed(now: number): void {
  const before = now - settings.missedMinutes() * MINUTE;
  for (const state of ['planned', 'confirmed']) {
    const found = visits(
      [
        where('state', 'equal', state),
        where('window_to', 'less', at(before)),
        where('window_to', 'greater', at(before - OLDEST_MISSED)),
      ],
      MOST_VISITS,
    );
    for (const visit of found) {
      const after = { ...visit, state: 'missed' };
      update('sitevisit', visit, { state: 'missed', warning: '', ...follow({ visit: after, parts: [], checks: [] }) });
    }
  }
}

/** Warnings that don't hold any more, because the other visit was moved, cancelled or deleted. */
function settled(now: number): void {
  const found = visits([where('warning', 'not-equal', null), where('window_to', 'greater', at(now))], MOST_VISITS);
  for (const visit of found) {
    const warning = warningOf(visit);
    if (warning !== visit.warning) update('sitevisit', visit, { warning });
  }
}

/** Reminds customers of the visits of the next day, as the site's clock has it. */
function remind(now: number): void {
  for (const state of ['planned', 'confirmed']) {
    // The next day of any zone ends within two days.
    const found = visits(
      [
        where('state', 'equal', state),
        where('window_from', 'greater', at(now)),
        where('window_from', 'less', at(now + 2 * DAY)),
      ],
      MOST_READ,
    );
    for (const visit of found.filter((visit) => isToBeReminded(visit, now)).slice(0, MOST_VISITS)) {
      const [conversation, text] = [conversationOf(visit), reminder(visit).trim()];
      if (conversation === undefined || text === '') {
        hospes.log.info('there is no conversation to remind the customer in, or no text', { visit: visit.id });
        continue;
      }
      hospes.records.message(conversation, text, []);
      update('sitevisit', visit, { reminded_for: at(visit.from ?? 0) });
    }
  }
}

function isToBeReminded(visit: Visit, now: number): boolean {
  const window = windowOf(visit);
  if (window === undefined || visit.remindedFor === window.from || visit.customer === '') return false;
  const hour = Math.floor(minutesIn(window.zone, now) / 60);
  const isNextDay = dayIn(window.zone, window.from) === plusDays(dayIn(window.zone, now), 1);
  return isNextDay && hour >= settings.remindHour() && hour < QUIET_FROM;
}

/** The conversation of the visit's ticket, or else the one that the customer used last; only one that came by a channel. */
function conversationOf(visit: Visit): string | undefined {
  const own = fieldsOf('ticket', visit.ticket)?.conversation_id;
  const found = find('conversation', [where('customer_id', 'equal', visit.customer)])
    .map((entity) => ({ id: entity.id, fields: hospes.object(entity.attributes) }))
    .filter(({ fields }) => typeof fields.installation_id === 'string');
  const last = (fields: Record<string, unknown>) => Number(fields.last_at ?? 0);
  found.sort((one, other) => last(other.fields) - last(one.fields));
  return (found.find(({ id }) => id === own) ?? found[0])?.id;
}

/** The text of a reminder, in the customer's language. */
function reminder(visit: Visit): string {
  const customer = fieldsOf('customer', visit.customer) ?? {};
  const ticket = fieldsOf('ticket', visit.ticket) ?? {};
  const tags = [customer.language, ticket.language].map((tag) => spoken(String(tag ?? '')));
  const language: Language = tags.find((tag) => tag !== undefined) ?? settings.language();
  const window = windowOf(visit);
  if (window === undefined) return '';
  const [begins, ends] = [dayIn(window.zone, window.from), dayIn(window.zone, window.to)];
  const values: Record<string, string> = {
    name: String(customer.name ?? ''),
    date: begins,
    weekday: weekdayText(language, weekday(begins)),
    from: clockIn(window.zone, window.from),
    to: `${begins === ends ? '' : `${ends} `}${clockIn(window.zone, window.to)}`,
    engineer: settings.nameOf(visit.engineer),
    subject: visit.subject,
  };
  return settings.reminder(language).replace(/\{([a-z]+)\}/g, (mark, name) => values[name] ?? mark);
}

/** Once a day: maintenance that is due soon. What doesn't go into one look is left to the next hour. */
function daily(now: number): void {
  const zone = settings.zone();
  const today = dayIn(zone, now);
  if (minutesIn(zone, now) < settings.dailyHour() * (HOUR / MINUTE)) return;
  const kept: Progress | null = hospes.kv.fetch('maintenance');
  let progress: Progress = kept?.day === today ? kept : { day: today };
  if (progress.isDone === true) return;
  const due = [where('next_maintenance', 'less-or-equal', plusDays(today, settings.maintenanceDays()))];
  let left = Math.floor(MOST_CHANGES / (itemsFor('maintenance').length + 2));
  for (let count = 0; count < MOST_PAGES && progress.isDone !== true; count += 1) {
    const { items, next } = page('service-asset', due, progress.cursor);
    // Once for each due day: an asset whose day was changed is arranged anew.
    const waiting = items.map(assetOf).filter((asset) => asset.plannedFor !== asset.nextMaintenance);
    waiting.slice(0, left).forEach(arrange);
    left -= waiting.length;
    // The rest of the page is what the next look begins with.
    if (left < 0) break;
    progress = { day: today, cursor: next, isDone: next === undefined };
  }
  hospes.kv.put('maintenance', progress);
}

/** Arranges the maintenance of an asset, and notes for which day. */
function arrange(asset: Asset): void {
  const language = settings.language();
  const serial = asset.serialNumber === '' ? '' : ` ${asset.serialNumber}`;
  const title = `${t(language, 'maintenanceDue')}${asset.model}${serial}`;
  if (settings.maintenanceIsVisit()) {
    propose({ subject: title, type: 'maintenance', customer: asset.customer, asset: asset.id, team: asset.team });
  } else {
    create('task', {
      title: cut(title, 200),
      description: [`${t(language, 'nextMaintenance')}${t(language, 'colon')}${asset.nextMaintenance}`, asset.location].join('\n').trim(),
      ...(asset.customer === '' ? {} : { subject_kind: 'customer', subject_id: asset.customer }),
      team_id: settings.dispatchTeam() || asset.team || undefined,
      tags: ['maintenance'],
    });
  }
  update('service-asset', asset, { maintenance_planned_for: asset.nextMaintenance });
}
