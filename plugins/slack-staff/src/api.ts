// Sending a message.

import type { Recipient } from './address';
import { refused } from './failure';
import { type Answer, post } from './http';
import { type Json, string } from './json';
import { lookUp, remembered } from './members';
import type { Language } from './texts';

/** What Slack answers when there is no such member any more. */
const GONE = new Set(['channel_not_found', 'user_not_found', 'user_disabled']);

/** Sends a message to somebody; returns its channel and time. */
export function send(to: Recipient, message: Json, id: string, language: Language): string {
  // Slack's reference doesn't list `client_msg_id` among the arguments, but among the errors: a message of
  // the same id isn't posted twice. Where Slack ignores it, nothing is lost.
  const attempt = (channel: string): Answer =>
    post('chat.postMessage', { channel, ...message, client_msg_id: id }, language);
  if ('channel' in to) return reference(attempt(to.channel), language);
  const known = remembered(to.email);
  if (known !== undefined) {
    const answer = attempt(known);
    if (!GONE.has(answer.error)) return reference(answer, language);
  }
  return reference(attempt(lookUp(to.email, language)), language);
}

/** The id of a message that was posted; an error where it wasn't. */
function reference(answer: Answer, language: Language): string {
  // It was posted by an earlier attempt, and somebody has deleted it since.
  if (answer.error === 'duplicate_message_not_found') return '';
  if (answer.error !== '') throw refused(answer, language);
  const [channel, ts] = [string(answer.body.channel), string(answer.body.ts)];
  return channel === '' || ts === '' ? '' : `${channel}:${ts}`;
}
