// Whom a notification goes to: what a person wrote into their settings, or their e-mail address.

import { HospesError } from 'hospes';

import { type Language, text } from './texts';

/** A receiver: what `chat.postMessage` takes as channel, or an e-mail address whose member has to be looked up. */
export type Recipient = { channel: string } | { email: string };

/** Members (U, W), public and private channels (C, G), direct messages (D). */
const ID = /^[UWCGD][A-Z0-9]{5,30}$/;
const CHANNEL_NAME = /^#[^\s#<>&]{1,80}$/;
/** No longer than an e-mail address can be. */
const EMAIL = /^(?=.{3,254}$)[^\s@<>]+@[^\s@<>]+$/;

/** The receiver; an error that says what to write where there is none. */
export function recipient(address: string, email: string, language: Language): Recipient {
  const given = address.trim() || email;
  if (given === '') throw new HospesError('no-address', text(language, 'noAddress'));
  if (ID.test(given) || CHANNEL_NAME.test(given)) return { channel: given };
  if (EMAIL.test(given)) return { email: given.toLowerCase() };
  throw new HospesError('invalid', text(language, 'badAddress'));
}
