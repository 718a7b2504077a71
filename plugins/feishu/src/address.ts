// Whom a notification goes to: what a person wrote into their settings, or their e-mail address.

import { HospesError } from 'hospes';

import { type Language, text } from './texts';

/** A receiver as Feishu names it. */
export interface Recipient {
  /** `receive_id_type`. */
  type: 'open_id' | 'union_id' | 'user_id' | 'chat_id' | 'email';
  /** `receive_id`. */
  id: string;
}

/** Feishu's ids say by their beginning what they are; a user id has none, because companies choose it themselves. */
const PREFIXES = [['ou_', 'open_id'], ['on_', 'union_id'], ['oc_', 'chat_id']] as const;

const EMAIL = /^[^\s@<>]+@[^\s@<>]+$/;
const ID = /^[A-Za-z0-9_.-]{1,64}$/;

/** The receiver; an error that says what to write where there is none. */
export function recipient(address: string, email: string, language: Language): Recipient {
  const given = address.trim() || email;
  if (given === '') throw new HospesError('no-address', text(language, 'noAddress'));
  if (EMAIL.test(given)) return { type: 'email', id: given };
  if (!ID.test(given)) throw new HospesError('invalid', text(language, 'badAddress'));
  const type = PREFIXES.find(([prefix]) => given.startsWith(prefix))?.[1] ?? 'user_id';
  return { type, id: given };
}
