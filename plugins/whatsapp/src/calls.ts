// Calls over WhatsApp: what customers call is a touch; that a call rings, and what the company calls, is kept.

import { ofText } from './attributes';
import { join, type Json, number, object, text } from './json';
import { label } from './labels';
import { type Around, keep, type Reading, time } from './message';
import { identities, sender, thread } from './person';

/** Reads one element of `calls`. */
export function read(given: unknown, around: Around): Reading {
  const call = object(given);
  const id = text(call.id);
  const event = text(call.event);
  if (text(call.direction).toUpperCase() !== 'USER_INITIATED') {
    return keep(id, 'own', `a call by the company: ${event || 'no event'}`);
  }
  if (event !== 'terminate') return keep(id, 'service-notice', `a call by a customer: ${event || 'no event'}`);
  const person = sender(call, around.contacts);
  const seconds = number(call.duration) ?? 0;
  const message = {
    externalId: id,
    conversation: thread(person),
    kind: 'call',
    sender: identities(person),
    sentAt: time(call.start_time ?? call.timestamp, around.now),
    text: line(call, seconds, around),
    attributes: [
      ...ofText('name', person.name),
      { name: 'duration_seconds', value: { tag: 'integer' as const, val: Math.round(seconds) } },
    ],
  };
  if (id === '') return keep('', 'no-id', 'a call without an id', message);
  if (message.sender.length === 0) return keep(id, 'no-sender', 'a call that names nobody who called', message);
  return { message };
}

/** `[来电] 2:05`, or that nobody took it. */
function line(call: Json, seconds: number, around: Around): string {
  const isTaken = seconds > 0 && text(call.status).toUpperCase() !== 'FAILED';
  if (!isTaken) return label('missed_call', around.language);
  const whole = Math.round(seconds);
  return join([label('call', around.language), `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`], ' ');
}
