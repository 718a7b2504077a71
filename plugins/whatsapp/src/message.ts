// What one message of a webhook means: a message, a reaction, a choice, an edit, or something that is kept.

import type { Returned } from 'hospes';
import type { Kept, Message } from 'hospes:plugin/channel@0.1.0';

import { ofJson, ofText, ofTruth } from './attributes';
import * as content from './content';
import { join, type Json, list, number, object, text } from './json';
import { label, type Language } from './labels';
import { identities, isPhone, isUserId, type Person, sender, thread } from './person';

/** A message as it is returned. */
export type NewMessage = Returned<Message>;
/** A kept part as it is returned. */
export type NewKept = Returned<Kept>;
/** What one message became. */
export type Reading = { message: NewMessage; kept?: undefined } | { message?: undefined; kept: NewKept };

/** What is known around a message. */
export interface Around {
  /** `contacts` beside the message. */
  contacts: unknown;
  /** The company's language. */
  language: Language;
  /** In microseconds; stands in where a message has no time. */
  now: number;
}

/** The latest time that is believed, in seconds: the year 2200. What is beyond it was written in milliseconds. */
const LATEST_SECONDS = 7_258_118_400;

/** A time of a webhook, in microseconds; `now` where there is none. */
export function time(value: unknown, now: number): number {
  const written = number(value);
  if (written === undefined || written <= 0) return now;
  const seconds = written > LATEST_SECONDS ? written / 1_000 : written;
  return seconds > LATEST_SECONDS ? now : Math.floor(seconds) * 1_000_000;
}

/** What becomes no message, and why. */
export function keep(id: string, reason: string, detail: string, message?: NewMessage): { kept: NewKept } {
  return { kept: { externalId: id, reason, detail, message: message ?? null } };
}

/** Reads one element of `messages`. */
export function read(given: unknown, around: Around): Reading {
  const message = object(given);
  const person = sender(message, around.contacts);
  const base = begin(message, person, around);
  const kind = text(message.type);
  switch (kind) {
    case 'reaction':
      return reaction(object(message.reaction), base, around);
    case 'system':
      return system(object(message.system), base, around);
    case 'edit':
      return edit(object(message.edit), base, around);
    case 'request_welcome':
      return place({ ...base, kind: 'visit', text: label(kind, around.language) });
    case 'revoke': {
      const deleted = text(object(message.revoke).original_message_id);
      const detail = `the sender deleted the message ${deleted}; it stays here`;
      return keep(base.externalId, 'service-notice', detail);
    }
    default:
      return choice(message, base) ?? say(message, base, around);
  }
}

/** What all messages have: who, where, when, and what they refer to. */
function begin(message: Json, person: Person, around: Around): NewMessage {
  const group = text(message.group_id);
  const context = object(message.context);
  return {
    externalId: text(message.id),
    conversation: group === '' ? thread(person) : `group:${group}`,
    kind: 'message',
    sender: identities(person),
    sentAt: time(message.timestamp, around.now),
    text: '',
    attributes: [
      ...ofText('name', person.name),
      ...ofText('username', person.username),
      ...ofText('in_reply_to', text(context.id)),
      ...ofTruth('group', group !== ''),
      ...ofTruth('forwarded', context.forwarded === true || context.frequently_forwarded === true),
      ...ofJson('referred_product', context.referred_product),
      ...ofJson('referral', message.referral),
    ],
  };
}

/** The message with more attributes. */
function adding(message: NewMessage, ...more: NonNullable<NewMessage['attributes']>): NewMessage {
  return { ...message, attributes: [...(message.attributes ?? []), ...more] };
}

/** A message with an id and somebody behind it; else it is kept with its reason. */
function place(message: NewMessage): Reading {
  if (message.externalId === '') {
    return keep('', 'no-id', 'a message without an id, so that its repeats can’t be recognised', message);
  }
  if ((message.sender ?? []).length === 0) {
    const detail = 'a message that names neither a phone number nor a user id of whoever wrote it';
    return keep(message.externalId, 'no-sender', detail, message);
  }
  return { message };
}

/** Something that was said, shown or sent. */
function say(message: Json, base: NewMessage, around: Around): Reading {
  const said = content.read(message, around.language);
  const data = Object.entries(said.data).flatMap(([name, value]) => ofJson(name, value));
  const sticker = ofTruth('sticker', text(message.type) === 'sticker');
  const made = adding({ ...base, text: said.text, attachments: said.attachments }, ...sticker, ...data);
  if (said.missing !== undefined) return keep(made.externalId, 'unreadable', said.missing, made);
  return place(withOwnPhone(made, message));
}

/**
 * Somebody who is known by a user id pressed the button by which WhatsApp asks for their phone number: WhatsApp filled the
 * card in, so it vouches for the number. Any other card is what somebody sends of somebody.
 */
function withOwnPhone(made: NewMessage, message: Json): NewMessage {
  const cards = text(message.type) === 'contacts' ? list(message.contacts).map(object) : [];
  const own = cards.length === 1 && text(cards[0]?.origin) === 'contact_request' ? object(cards[0]) : {};
  const phone = list(own.phones).map((one) => text(object(one).wa_id)).find(isPhone);
  const isKnown = (made.sender ?? []).some((identity) => identity.scheme === 'phone');
  if (phone === undefined || isKnown || (made.sender ?? []).length === 0) return made;
  const [account, number] = [{ scheme: 'whatsapp', value: phone }, { scheme: 'phone', value: `+${phone}` }];
  const attested = [account, number].map((identity) => ({ ...identity, issuer: '', attested: true }));
  return { ...made, sender: [...(made.sender ?? []), ...attested] };
}

/**
 * A pressed button or a chosen row of a list: the value that we gave it. A template's button carries a value only where one
 * was sent with the template; otherwise it repeats its words, which are a message.
 */
function choice(message: Json, base: NewMessage): Reading | undefined {
  const interactive = object(message.interactive);
  const kind = text(interactive.type);
  const isReply = kind === 'button_reply' || kind === 'list_reply';
  const reply = isReply ? object(interactive[kind]) : object(message.button);
  const [value, title] = isReply ? [text(reply.id), text(reply.title)] : [text(reply.payload), text(reply.text)];
  if (value === '' || (!isReply && value === title)) return undefined;
  return place(adding({ ...base, kind: 'choice', text: value }, ...ofText('label', title)));
}

/** A sign on a message: seen in the conversation, wants no answer. Without a sign it was taken back. */
function reaction(value: Json, base: NewMessage, around: Around): Reading {
  const sign = text(value.emoji);
  const of = text(value.message_id);
  if (sign === '') return keep(base.externalId, 'service-notice', `the reaction to the message ${of} was taken back`);
  const line = `${label('reaction', around.language)} ${sign}`;
  return place(adding({ ...base, kind: 'reaction', text: line }, ...ofText('in_reply_to', of)));
}

/**
 * What WhatsApp notes. That somebody has another number or user id now is a note by the same person, whose new identities
 * it brings along; it opens nothing.
 */
function system(value: Json, base: NewMessage, around: Around): Reading {
  const kind = text(value.type);
  const body = text(value.body);
  // `new_wa_id` is what it was called until version 11, `customer_changed_number` the name in one part of the reference.
  const known = [value.wa_id, value.new_wa_id, value.user_id, value.parent_user_id].map(text);
  const ids = known.filter((id) => isPhone(id) || isUserId(id));
  const phone = ids.find(isPhone) ?? '';
  const changed = ['user_changed_number', 'customer_changed_number', 'user_changed_user_id'].includes(kind);
  if (!changed || ids.length === 0) {
    const line = join([label(kind.endsWith('identity_changed') ? 'identity_changed' : kind, around.language), body], ' ');
    const detail = `WhatsApp's note ${kind || 'without a type'}: ${body || 'no text'}`;
    return keep(base.externalId, 'service-notice', detail, { ...base, text: line });
  }
  const now = identities({ phone, ids: ids.filter((id) => id !== phone), name: '', username: '' });
  const before = base.sender ?? [];
  const isNew = (one: { scheme: string; value: string }) =>
    !before.some((old) => old.scheme === one.scheme && old.value === one.value);
  const line = join([label('changed_number', around.language), body || ids.join(', ')], ' ');
  return place({ ...base, kind: 'note', text: line, sender: [...before, ...now.filter(isNew)] });
}

/** A message as it is now, under the id of the message that was edited. */
function edit(value: Json, base: NewMessage, around: Around): Reading {
  const original = text(value.original_message_id);
  const now = object(value.message);
  const said = content.read(now, around.language);
  const made = adding(
    { ...base, externalId: original, text: said.text, attachments: said.attachments },
    ...ofTruth('edited', true),
  );
  if (original === '' || said.missing !== undefined) {
    const detail = original === '' ? 'an edit that doesn’t say of which message' : (said.missing ?? '');
    return keep(base.externalId, 'unreadable', `an edit that can't be read: ${detail}`, made);
  }
  return place(made);
}
