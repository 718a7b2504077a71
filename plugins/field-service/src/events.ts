// What the plugin does when somebody else has changed something. It looks at the record as it is now, not at what the
// event says: so an event that comes late or twice changes nothing.

import * as hospes from 'hospes';

import * as checklist from './checklist';
import * as settings from './settings';
import { propose } from './plan';
import { follow } from './follow-up';
import { type Visit, checksOf, fieldsOf, partsOf, update, visit as visitById, visits, where } from './store';
import { t } from './texts';
import { warningOf } from './visit';

/** An event of the host. */
export interface HostEvent {
  kind: string;
  subjectId: string;
  data: string;
}

/** Reacts to an event. */
export function react(event: HostEvent): void {
  switch (event.kind) {
    case 'ticket.created':
    case 'ticket.classified':
      return ticket(event.subjectId);
    case 'ticket.updated': {
      const changed = hospes.json(event.data) ?? {};
      // Only a ticket that has come to match now: a visit that was proposed and deleted isn't proposed again.
      return 'tags' in changed || 'class' in changed ? ticket(event.subjectId) : undefined;
    }
    case 'sitevisit.created':
      return visit(event.subjectId, true);
    case 'sitevisit.updated':
      return visit(event.subjectId, false);
    default:
  }
}

/** Proposes a visit for a ticket of the settings' classes and tags that has none. */
function ticket(id: string): void {
  const fields = fieldsOf('ticket', id);
  if (fields === undefined || fields.status === 'resolved') return;
  const tags = Array.isArray(fields.tags) ? fields.tags.map(String) : [];
  if (!settings.proposesFor(String(fields.class ?? ''), tags)) return;
  if (visits([where('ticket_id', 'equal', id)], 1).length > 0) return;
  const subject = String(fields.subject ?? '') || t(settings.language(), 'visits');
  propose({ subject, type: 'repair', customer: String(fields.customer_id ?? ''), ticket: id });
}

/** Completes a visit that somebody made or changed by hand: what it lacks, what is wrong with it, and what follows from its state. */
function visit(id: string, isNew: boolean): void {
  const known = visitById(id);
  if (known === undefined) return;
  const fields: Record<string, unknown> = {};
  if (known.customer === '' && known.ticket !== '') {
    const customer = fieldsOf('ticket', known.ticket)?.customer_id;
    if (typeof customer === 'string') fields.customer_id = customer;
  }
  if (known.state === 'proposed' && known.from !== undefined && known.to !== undefined) fields.state = 'planned';
  const now: Visit = { ...known, customer: String(fields.customer_id ?? known.customer), state: String(fields.state ?? known.state) };
  const checks = checksOf(id);
  if (isNew && checks.length === 0) checklist.make(id, known.type);
  const warning = warningOf(now);
  if (warning !== known.warning) fields.warning = warning;
  Object.assign(fields, follow({ visit: now, parts: now.state === 'done' ? partsOf(id) : [], checks }));
  if (Object.keys(fields).length > 0) update('sitevisit', known, fields);
}
