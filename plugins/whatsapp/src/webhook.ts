// What the body of a webhook means. One body may carry many entries, each of which many changes.

import type { Returned } from 'hospes';
import type { Inbound } from 'hospes:plugin/channel@0.1.0';

import * as calls from './calls';
import { join, type Json, list, object, text } from './json';
import type { Language } from './labels';
import * as message from './message';
import * as notices from './notices';
import * as receipt from './receipt';

/** Where a webhook arrived. */
export interface Installation {
  /** The id of the phone number whose messages are meant; empty for any. */
  phoneNumberId: string;
  language: Language;
  /** Microseconds since 1970. */
  now: number;
}

/** Messages, receipts and kept parts of one body. */
export type Meaning = Required<Omit<Returned<Inbound>, 'answer'>>;

/** Reads a body whose signature was right. Whatever it is, something is said of each of its parts. */
export function read(body: Json, installation: Installation): Meaning {
  const meaning: Meaning = { messages: [], receipts: [], kept: [] };
  if (text(body.object) !== 'whatsapp_business_account') {
    const detail = `a webhook about "${text(body.object)}"; subscribe the app to whatsapp_business_account alone`;
    meaning.kept.push(message.keep('', 'unknown-kind', detail).kept);
    return meaning;
  }
  for (const entry of list(body.entry)) {
    for (const change of list(object(entry).changes)) {
      const { field, value } = object(change);
      add(meaning, text(field), object(value), installation);
    }
  }
  return meaning;
}

/** One change: what a field of the account holds now. */
function add(meaning: Meaning, field: string, value: Json, installation: Installation): void {
  const { language, now, phoneNumberId } = installation;
  const around = { contacts: value.contacts, language, now };
  if (field !== 'messages' && field !== 'calls') {
    meaning.kept.push(...notices.read(field, value, around).map((notice) => notice.kept));
    return;
  }
  const number = text(object(value.metadata).phone_number_id);
  const isOurs = phoneNumberId === '' || number === '' || number === phoneNumberId;
  const readings = [
    ...list(value.messages).map((one) => message.read(one, around)),
    ...list(value.calls).map((one) => calls.read(one, around)),
  ];
  for (const reading of readings) {
    if (reading.kept !== undefined) {
      meaning.kept.push(reading.kept);
    } else if (isOurs) {
      meaning.messages.push(reading.message);
    } else {
      const detail = `sent to the phone number ${number}, and this channel is ${phoneNumberId}`;
      meaning.kept.push(message.keep(reading.message.externalId, 'other-number', detail, reading.message).kept);
    }
  }
  const statuses = list(value.statuses);
  if (!isOurs && statuses.length > 0) {
    const detail = `${statuses.length} receipts for the phone number ${number}, and this channel is ${phoneNumberId}`;
    meaning.kept.push(message.keep('', 'other-number', detail).kept);
  }
  for (const status of isOurs ? statuses : []) {
    const reading = receipt.read(status, now);
    if (reading.kept !== undefined) meaning.kept.push(reading.kept);
    else meaning.receipts.push(reading.receipt);
  }
  for (const error of list(value.errors)) {
    const known = object(error);
    const said = join([text(known.message) || text(known.title), text(object(known.error_data).details)], ': ');
    meaning.kept.push(message.keep('', 'provider-error', `WhatsApp's error ${text(known.code)}: ${said}`).kept);
  }
}
