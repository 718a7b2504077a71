// Which member an e-mail address belongs to: asked once a day.

import * as hospes from 'hospes';

import { refused } from './failure';
import { get } from './http';
import { number, object, string } from './json';
import type { Language } from './texts';

const DAY_MICROSECONDS = 86_400_000_000;

/** The member that was found within the last day. Without the store, or with something odd in it, there is none. */
export function remembered(email: string): string | undefined {
  try {
    const found = object(hospes.kv.fetch(key(email)));
    const isFresh = (number(found.at) ?? 0) + DAY_MICROSECONDS > hospes.clock.now();
    return isFresh ? string(found.id) || undefined : undefined;
  } catch {
    return undefined;
  }
}

/** Asks Slack for the member, and remembers them. */
export function lookUp(email: string, language: Language): string {
  const answer = get('users.lookupByEmail', `email=${encodeURIComponent(email)}`, language);
  const user = object(answer.body.user);
  const id = string(user.id);
  const isGone = user.deleted === true || id === '';
  if (answer.error !== '' || isGone) throw refused(answer.error === '' ? { ...answer, error: 'users_not_found' } : answer, language);
  try {
    hospes.kv.put(key(email), { id, at: hospes.clock.now() });
  } catch (error) {
    hospes.log.debug(`the member isn't remembered: ${String(error)}`);
  }
  return id;
}

function key(email: string): string {
  return `member:${email}`;
}
