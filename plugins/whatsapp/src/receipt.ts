// What WhatsApp says of messages that were sent: the elements of `statuses`.

import type { Returned } from 'hospes';
import type { Receipt } from 'hospes:plugin/channel@0.1.0';

import * as failure from './failure';
import { list, object, text } from './json';
import { keep, type NewKept, time } from './message';

/** A receipt, or what was kept of it. */
export type Reading = { receipt: Returned<Receipt>; kept?: undefined } | { receipt?: undefined; kept: NewKept };

/** A voice message that was played has been read. */
const STATUS = { sent: 'sent', delivered: 'delivered', read: 'read', played: 'read', failed: 'failed' } as const;

/** Reads one element of `statuses`. `now` (microseconds) stands in where it has no time. */
export function read(given: unknown, now: number): Reading {
  const status = object(given);
  const id = text(status.id);
  const said = text(status.status).toLowerCase();
  if (text(status.type) === 'call') return keep(id, 'service-notice', `the status of a call: ${said || 'none'}`);
  if (id === '') return keep('', 'no-id', `a receipt (${said || 'without a status'}) that doesn't say of which message`);
  if (!(said in STATUS)) {
    const detail = said === 'deleted'
      ? `the message ${id} was deleted at the recipient's`
      : `a receipt with the status "${said}" of the message ${id}, which is none of ${Object.keys(STATUS).join(', ')}`;
    return keep(id, said === 'deleted' ? 'service-notice' : 'unknown-kind', detail);
  }
  const known = STATUS[said as keyof typeof STATUS];
  const error = known === 'failed' ? failure.ofReceipt(list(status.errors)[0]) : null;
  return { receipt: { externalId: id, status: known, at: time(status.timestamp, now), error } };
}
