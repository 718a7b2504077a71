// Who wrote: identities and name, from a message and the `contacts` beside it.

import type { Identity } from 'hospes:plugin/types@0.1.0';

import { type Json, list, object, text } from './json';

/** A WhatsApp account as messages name it. */
export interface Person {
  /** Phone number in digits, with the country code; empty where WhatsApp withholds it. */
  phone: string;
  /** Other ids of the same account: its `wa_id` where it isn't the phone number, its business-scoped user ids. */
  ids: string[];
  /** The name of the profile, else the user name; empty where there is neither. */
  name: string;
  /** The user name, without `@`; empty where there is none. */
  username: string;
}

/** Digits of a phone number, as WhatsApp writes it. */
const PHONE = /^[0-9]{5,20}$/;
/** Business-scoped user id: country, perhaps `ENT`, and up to 128 letters and digits. */
const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/** Whether a text is a phone number in digits. */
export function isPhone(value: string): boolean {
  return PHONE.test(value);
}

/** Whether a text is a business-scoped user id, which stands for somebody whose phone number isn't known. */
export function isUserId(value: string): boolean {
  return USER_ID.test(value);
}

/** Whether two numbers are one in two spellings, as Argentina, Brazil and Mexico have them: with a 9 or 1 within, or without. */
function isSpelling(one: string, other: string): boolean {
  return isPhone(one) && isPhone(other) && one.slice(0, 2) === other.slice(0, 2) && one.slice(-8) === other.slice(-8);
}

/**
 * Reads who wrote a message (or called), in the fields `from`, `from_user_id` and `from_parent_user_id`. Their entry in
 * `contacts` is found by the account and not by its place: one body may carry messages of several people.
 */
export function sender(message: Json, contacts: unknown): Person {
  const from = text(message.from).replace(/^\+/, '');
  const named = [from, text(message.from_user_id), text(message.from_parent_user_id)].filter((id) => id !== '');
  const known = list(contacts).map(object);
  const names = (contact: Json) => [contact.wa_id, contact.user_id, contact.parent_user_id].map(text);
  const is = (contact: Json) =>
    names(contact).some((id) => id !== '' && (named.includes(id) || isSpelling(id, from)));
  const contact = known.find(is) ?? (known.length === 1 && named.length === 0 ? known[0] : undefined) ?? {};
  const profile = object(contact.profile);
  const ids = [...named, ...names(contact)].filter((id, place, all) => id !== '' && all.indexOf(id) === place);
  const phone = isPhone(from) ? from : (ids.find(isPhone) ?? '');
  const username = text(profile.username) || text(contact.username);
  return {
    phone,
    ids: ids.filter((id) => id !== phone),
    name: text(profile.name) || username,
    username,
  };
}

/** The thread with somebody: their phone number, as long as WhatsApp says it; else their user id. */
export function thread(person: Person): string {
  return person.phone || (person.ids[0] ?? '');
}

/**
 * Everything known about somebody, best first. WhatsApp signed the webhook, so it vouches for the account and for the
 * phone number that the account is registered with.
 */
export function identities(person: Person): Identity[] {
  const of = (scheme: string, value: string) => ({ scheme, issuer: '', value, attested: true });
  const accounts = [person.phone, ...person.ids].filter((id) => id !== '').map((id) => of('whatsapp', id));
  return person.phone === '' ? accounts : [...accounts, of('phone', `+${person.phone}`)];
}
