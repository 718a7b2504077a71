// What a message says: its text in words, its files by reference, its data by WhatsApp's names.

import * as hospes from 'hospes';
import type { Media } from 'hospes:plugin/types@0.1.0';

import { join, type Json, list, number, object, text } from './json';
import { label, type Language, word } from './labels';

/** Content of a message. There may be files without text, or data with a line that stands for it. */
export interface Content {
  text: string;
  attachments: Required<Media>[];
  /** What the line was made of, by WhatsApp's names; becomes attributes. */
  data: Json;
  /** Set where there was nothing to read: why. */
  missing?: string;
}

/** Kinds with a file: the name that it gets where WhatsApp tells none, and the type where WhatsApp doesn't say. */
const FILES: Record<string, [name: string, type: string]> = {
  audio: ['audio.ogg', 'audio/ogg'],
  document: ['', 'application/octet-stream'],
  image: ['image.jpg', 'image/jpeg'],
  sticker: ['sticker.webp', 'image/webp'],
  video: ['video.mp4', 'video/mp4'],
  voice: ['voice.ogg', 'audio/ogg'],
};

/** Reads the content of a message by its `type`. */
export function read(message: Json, language: Language): Content {
  const kind = text(message.type);
  const value = object(message[kind]);
  if (FILES[kind] !== undefined) return file(kind, value, language);
  const said = (line: string, data: Json = {}): Content => ({ text: line, attachments: [], data });
  const nothing = (missing: string): Content => ({ ...said(label(kind || 'message', language)), missing });
  switch (kind) {
    case 'text': {
      const body = text(value.body);
      return body === '' ? nothing('a message of the type text that has no text') : said(body);
    }
    case 'location':
      return number(value.latitude) === undefined
        ? nothing('a location without coordinates')
        : said(location(value, language), { location: value });
    case 'contacts': {
      const cards = list(message.contacts).map(object);
      const lines = cards.map((card) => contact(card, language));
      return lines.length === 0
        ? nothing('contacts of which there are none')
        : said(lines.join('\n'), { contacts: cards });
    }
    case 'order':
      return said(order(value, language), { order: value });
    case 'interactive':
      return interactive(value, language);
    case 'button':
      return said(text(value.text) || text(value.payload), { button: value });
    case 'unsupported': {
      const of = text(value.type);
      const why = object(object(list(message.errors)[0]).error_data).details;
      const known = of === '' || of === 'unknown' ? text(why) : of;
      return said(join([label('unsupported', language), known], ' '), { unsupported: { type: of, errors: message.errors } });
    }
    case '':
      return nothing('a message that says of no type that it is');
    default:
      return other(kind, message[kind], language);
  }
}

/** A file; its caption is the text. */
function file(kind: string, value: Json, language: Language): Content {
  const isVoice = kind === 'audio' && value.voice === true;
  const [name, usual] = FILES[isVoice ? 'voice' : kind] ?? ['', ''];
  const reference = text(value.id);
  const caption = text(value.caption) || (kind === 'sticker' ? label('sticker', language) : '');
  if (reference === '') {
    const missing = `a message of the type ${kind} without the file's id`;
    return { text: caption || label(kind, language), attachments: [], data: {}, missing };
  }
  const mediaType = (text(value.mime_type).split(';')[0] ?? '').trim().toLowerCase() || usual;
  const attachment = { name: text(value.filename) || name, mediaType, reference, size: null };
  return { text: caption, attachments: [attachment], data: {} };
}

/** `[位置] Facebook HQ, 1 Hacker Way 📍 37.4612, -122.2164`. */
function location(value: Json, language: Language): string {
  const degrees = (name: string) => Math.round((number(value[name]) ?? 0) * 1e6) / 1e6;
  const where = join([text(value.name), text(value.address)], ', ');
  return join([label('location', language), where, `📍 ${degrees('latitude')}, ${degrees('longitude')}`], ' ');
}

/** `[名片] 王小梅 +86 138 0013 8000 wang@example.com 示例公司`. */
function contact(card: Json, language: Language): string {
  const name = object(card.name);
  const called = text(name.formatted_name) || join([text(name.first_name), text(name.last_name)], ' ');
  const each = (field: string, key: string) => list(card[field]).map((one) => text(object(one)[key]));
  const company = text(object(card.org).company);
  const ways = [...each('phones', 'phone'), ...each('emails', 'email')];
  return join([label('contacts', language), called, ...ways, company], ' ');
}

/** A basket that the customer sends: each product with its number in the catalogue, and what it comes to. */
function order(value: Json, language: Language): string {
  const sums = new Map<string, number>();
  const lines = list(value.product_items).map(object).map((item) => {
    const [count, price] = [number(item.quantity) ?? 1, number(item.item_price)];
    const currency = text(item.currency);
    if (price !== undefined) sums.set(currency, (sums.get(currency) ?? 0) + count * price);
    const cost = price === undefined ? '' : join([price.toFixed(2), currency], ' ');
    return join([text(item.product_retailer_id), `× ${count}`, cost], ' ');
  });
  const totals = [...sums].map(([currency, sum]) => join([sum.toFixed(2), currency], ' '));
  const total = totals.length === 0 ? '' : `${word('total', language)}: ${totals.join(', ')}`;
  return join([join([label('order', language), text(value.text)], ' '), ...lines, total], '\n');
}

/** What somebody chose or filled in. Replies to buttons and lists are read as choices before this. */
function interactive(value: Json, language: Language): Content {
  const kind = text(value.type);
  const reply = object(value[kind]);
  const data = { interactive: value };
  if (kind === 'nfm_reply') {
    const name = text(reply.name);
    const title = label(name === 'address_message' ? name : 'form', language);
    const body = text(reply.body);
    const fields = name === 'address_message' && body !== '' ? [body] : answers(reply.response_json);
    return { text: join([title, ...fields], '\n'), attachments: [], data };
  }
  if (kind === 'call_permission_reply') {
    return { text: join([label(kind, language), text(reply.response)], ' '), attachments: [], data };
  }
  if (kind === '') {
    const missing = 'an interactive reply in which there is nothing';
    return { text: label('interactive', language), attachments: [], data: {}, missing };
  }
  return { text: join([label(kind, language), text(reply.title) || text(reply.body)], ' '), attachments: [], data };
}

/** The answers of a filled-in form, a line for each; its token says nothing to people. */
function answers(written: unknown): string[] {
  let filled: Json;
  try {
    filled = object(typeof written === 'string' ? hospes.json(written) : written);
  } catch {
    return [text(written)];
  }
  const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value) ?? '');
  return Object.entries(filled)
    .filter(([name]) => name !== 'flow_token')
    .map(([name, value]) => `${name}: ${shown(value)}`);
}

/** A kind that nobody has thought of yet: its words and its file, if it has some. */
function other(kind: string, given: unknown, language: Language): Content {
  const value = object(given);
  const words = ['body', 'text', 'caption', 'title', 'description', 'name'].map((field) => value[field]);
  const line = join([label(kind, language), words.map(text).find((one) => one !== '') ?? ''], ' ');
  const reference = text(value.id);
  const mediaType = text(value.mime_type).split(';')[0] ?? '';
  const isFile = reference !== '' && mediaType !== '';
  const attachments = isFile ? [{ name: text(value.filename), mediaType, reference, size: null }] : [];
  return { text: line, attachments, data: given === undefined ? {} : { [kind]: given } };
}
