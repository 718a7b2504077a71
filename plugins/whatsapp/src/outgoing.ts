// Turns one message of the host into the requests that carry it.

import { HospesError } from 'hospes';
import type { OutboundMessage } from 'hospes:plugin/channel-send@0.1.0';

import * as files from './files';
import { type Shown, show } from './interactive';
import type { Json } from './json';
import { isPhone, isUserId } from './person';
import { LONGEST_TEXT, split } from './split';

const LONGEST_CAPTION = 1_024;
/** Kinds of files that have no caption. */
const BARE = ['audio', 'sticker'];

/** One request's message: its type and content. */
export interface Step {
  body: Json;
  /** Whether the message is known by this step's id. */
  isMain: boolean;
}

/** Whom a conversation reaches, in the fields of a request. An error `invalid` where it is none of this channel's. */
export function recipient(conversation: string): Json {
  const individual = { messaging_product: 'whatsapp', recipient_type: 'individual' };
  if (isPhone(conversation)) return { ...individual, to: conversation };
  if (isUserId(conversation)) return { ...individual, recipient: conversation };
  const group = /^group:(\S+)$/.exec(conversation)?.[1];
  if (group !== undefined) return { ...individual, recipient_type: 'group', to: group };
  throw new HospesError('invalid', `"${conversation}" is neither a phone number in digits, nor a user id, nor a group.`);
}

/** A template in place of text and choices. */
export function template(given: Json): Step[] {
  return [{ body: { type: 'template', template: given }, isMain: true }];
}

/**
 * What to send, in order: files, then the text, whose last part carries the choices. A single file with a text that fits is one
 * message with a caption. `place` makes a file known to WhatsApp and returns how it is named.
 */
export function plan(message: OutboundMessage, language: 'zh-CN' | 'en', place: files.Place): Step[] {
  const shown = show(message.choices, language);
  const said = [message.text.trim(), ...shown.lines].filter((line) => line !== '').join('\n');
  const [first] = message.attachments;
  const kind = first === undefined ? '' : files.kind(first.mediaType);
  const isCaption = message.attachments.length === 1 && shown.parts.length === 0 && !BARE.includes(kind)
    && [...said].length <= LONGEST_CAPTION;
  const caption = isCaption && said !== '' ? { caption: said } : {};
  const bodies = message.attachments.map((media) => files.message(media, place(media), caption));
  if (!isCaption) bodies.push(...texts(said, shown));
  if (bodies.length === 0) {
    throw new HospesError('invalid', 'The message has neither text nor files; WhatsApp takes no empty messages.');
  }
  // Buttons are pressed, and receipts read, on the part that says most: the first list, else the last part.
  const main = bodies.length - Math.max(shown.parts.length, 1);
  return bodies.map((body, index) => ({ body, isMain: index === main }));
}

/** The text in parts, the last of which carries the choices. */
function texts(said: string, shown: Shown): Json[] {
  if (shown.parts.length === 0) return split(said, LONGEST_TEXT).map(plain);
  const parts = said.length <= shown.longest ? [said] : split(said, LONGEST_TEXT);
  let last = parts.pop() ?? '';
  if (last.length > shown.longest) {
    const cuts = split(last, shown.longest);
    last = cuts.pop() ?? '';
    parts.push(cuts.join('\n'));
  }
  if (last === '') throw new HospesError('invalid', 'The message has choices and no text; WhatsApp wants a text above them.');
  return [...parts.map(plain), ...shown.parts.map((part, index) => part(shown.bodies[index] || last))];
}

/** A message of text, exactly as it was written; an address in it gets its preview. */
function plain(said: string): Json {
  return { type: 'text', text: { body: said, ...(/https?:\/\//.test(said) ? { preview_url: true } : {}) } };
}
