// Choices as buttons and lists that WhatsApp draws.

import { HospesError } from 'hospes';
import type { Choice } from 'hospes:plugin/channel-send@0.1.0';

import type { Json } from './json';
import { LONGEST_TEXT } from './split';

// Limits of the Cloud API's reference, in characters.
const MOST_BUTTONS = 3;
const LONGEST_BUTTON = 20;
const LONGEST_BUTTONS_BODY = 1_024;
const MOST_ROWS = 10;
const LONGEST_ROW = 24;
const LONGEST_DESCRIPTION = 72;
/** Questions with more answers than three lists hold are none for a chat. */
const MOST_LISTS = 3;

/** How choices are shown. */
export interface Shown {
  /** The messages, without their text. */
  parts: ((body: string) => Json)[];
  /** What stands above each: the message's text above the first, a range of labels above further lists. */
  bodies: string[];
  /** The longest text that may stand above. */
  longest: number;
  /** Lines that go into the text: links that no button can hold. */
  lines: string[];
}

/** How a message's choices are shown: up to three short ones as buttons, up to ten in a list, more in several lists. */
export function show(choices: Choice[], language: 'zh-CN' | 'en'): Shown {
  const valued = choices.filter((choice) => choice.value !== '');
  const links = choices.filter((choice) => choice.value === '' && choice.url !== '');
  const only = links[0];
  if (valued.length === 0 && links.length === 1 && only !== undefined && short(only.label, LONGEST_BUTTON)) {
    return { parts: [(body) => link(body, only)], bodies: [''], longest: LONGEST_BUTTONS_BODY, lines: [] };
  }
  const lines = links.map((choice) => `${choice.label}: ${choice.url}`);
  if (valued.length <= MOST_BUTTONS && valued.every((choice) => short(choice.label, LONGEST_BUTTON))) {
    const parts = valued.length === 0 ? [] : [(body: string) => buttons(body, valued)];
    return { parts, bodies: parts.map(() => ''), longest: parts.length === 0 ? LONGEST_TEXT : LONGEST_BUTTONS_BODY, lines };
  }
  const count = Math.ceil(valued.length / MOST_ROWS);
  if (count > MOST_LISTS) {
    throw new HospesError('unsupported', `WhatsApp can't show ${valued.length} choices; ${MOST_LISTS * MOST_ROWS} are the most.`);
  }
  const size = Math.ceil(valued.length / count);
  const chunks = Array.from({ length: count }, (_, place) => valued.slice(place * size, (place + 1) * size));
  return {
    parts: chunks.map((chunk) => (body: string) => rows(body, chunk, language)),
    bodies: chunks.map((chunk, place) => (place === 0 ? '' : `${chunk[0]?.label} … ${chunk.at(-1)?.label}`)),
    longest: LONGEST_TEXT,
    lines,
  };
}

/** Whether a label is there and fits; WhatsApp counts characters. */
function short(label: string, longest: number): boolean {
  return label.trim() !== '' && [...label].length <= longest;
}

function cut(label: string, longest: number): string {
  const signs = [...label];
  return signs.length <= longest ? label : `${signs.slice(0, longest - 1).join('')}…`;
}

function interactive(type: string, body: string, action: Json): Json {
  return { type: 'interactive', interactive: { type, body: { text: body }, action } };
}

function buttons(body: string, choices: Choice[]): Json {
  const reply = (choice: Choice) => ({ type: 'reply', reply: { id: choice.value, title: choice.label } });
  return interactive('button', body, { buttons: choices.map(reply) });
}

function link(body: string, choice: Choice): Json {
  return interactive('cta_url', body, { name: 'cta_url', parameters: { display_text: choice.label, url: choice.url } });
}

/** A list; a label that doesn't fit stands below its beginning. */
function rows(body: string, choices: Choice[], language: 'zh-CN' | 'en'): Json {
  const row = (choice: Choice) => {
    const title = choice.label.trim() === '' ? choice.value : choice.label;
    const isLong = !short(title, LONGEST_ROW);
    const more = isLong ? { description: cut(title, LONGEST_DESCRIPTION) } : {};
    return { id: choice.value, title: cut(title, LONGEST_ROW), ...more };
  };
  return interactive('list', body, {
    button: language === 'en' ? 'Choose' : '请选择',
    sections: [{ rows: choices.map(row) }],
  });
}
