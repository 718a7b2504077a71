// What one touch means.

import { count, isObject, Mistakes, money, part, text, time } from './fields.js';
import * as person from './person.js';
import { line } from './words.js';

const LONGEST_ID = 128;
const LONGEST_TEXT = 500;
const LONGEST_FEEDBACK = 4_000;
const LONGEST_LANGUAGE = 35;
const MOST_ITEMS = 50;
/** What a sender adds of its own, as JSON, in characters. */
const LONGEST_DATA = 1_000;

/**
 * @typedef {import('hospes').Returned<import('hospes:plugin/channel@0.1.0').Message>} Message
 * @typedef {import('hospes:plugin/types@0.1.0').Attribute} Attribute
 * @typedef {import('./fields.js').Mistake} Mistake
 * @typedef {import('./person.js').Settings} Settings
 */

/**
 * The types of touches, and as which kind of interaction each is kept.
 *
 * @type {Record<string, string>}
 */
export const TYPES = {
  visit: 'visit',
  'page-view': 'page-view',
  'product-view': 'page-view',
  click: 'page-view',
  search: 'page-view',
  cart: 'page-view',
  share: 'page-view',
  order: 'purchase',
  feedback: 'message',
};

/**
 * Reads one touch.
 *
 * @param {any} given an element of `touches`
 * @param {number} index its place
 * @param {Settings} settings the installation's
 * @param {number} now microseconds since 1970
 * @returns {{message: Message, mistakes: Mistake[]}} the message; where there are mistakes, what could be read of it
 */
export function read(given, index, settings, now) {
  const mistakes = new Mistakes(`/touches/${index}`);
  const touch = isObject(given) ? given : {};
  if (!isObject(given)) mistakes.add('', 'has to be an object', '必须是对象');
  const id = text(mistakes, touch.id, 'id', LONGEST_ID, true);
  const type = text(mistakes, touch.type, 'type', LONGEST_ID, true);
  const isKnown = Object.hasOwn(TYPES, type);
  if (type !== '' && !isKnown) {
    const types = Object.keys(TYPES).join(', ');
    mistakes.add('type', `is none of ${types}`, `不是以下类型之一：${types}`);
  }
  const at = time(mistakes, touch.at, 'at', now);
  const who = person.read(mistakes, touch, settings);
  const facts = isKnown ? details(mistakes, touch, type) : /** @type {Record<string, any>} */ ({});
  const language = text(mistakes, touch.language, 'language', LONGEST_LANGUAGE);
  const own = data(mistakes, touch.data);
  const { text: said, ...shown } = facts;
  const whole = { type, ...shown, ...(own === undefined ? {} : { data: own }) };
  const attributes = [
    attribute('name', who?.name ?? ''),
    attribute('language', language),
    { name: 'touch', value: { tag: /** @type {const} */ ('json'), val: JSON.stringify(whole) } },
  ];
  const message = {
    externalId: id,
    conversation: who?.thread ?? '',
    kind: (isKnown ? TYPES[type] : undefined) ?? 'page-view',
    sender: who?.identities ?? [],
    sentAt: at ?? now,
    text: said ?? line(type, shown, settings.language),
    attributes: attributes.filter((one) => one !== undefined),
  };
  return { message, mistakes: mistakes.found };
}

/** @returns {Attribute | undefined} */
function attribute(name, value) {
  return value === '' ? undefined : { name, value: { tag: 'text', val: value } };
}

/** What belongs to the touch's type, in the names of the request. */
function details(mistakes, touch, type) {
  /** @type {Record<string, any>} */
  const facts = {};
  const put = (name, value) => {
    if (value !== undefined && value !== '') facts[name] = value;
  };
  const short = (name, isNeeded = false) => put(name, text(mistakes, touch[name], name, LONGEST_TEXT, isNeeded));
  if (type === 'feedback') {
    put('text', text(mistakes, touch.text, 'text', LONGEST_FEEDBACK, true));
    short('page');
    return facts;
  }
  short('page', type === 'page-view');
  short('title');
  short('source');
  put('seconds', count(mistakes, touch.seconds, 'seconds'));
  if (type === 'click') short('element', true);
  if (type === 'search') short('query', true);
  if (type === 'product-view' || type === 'cart') put('product', product(mistakes, touch.product, 'product', true));
  if (type === 'share') put('product', product(mistakes, touch.product, 'product', false));
  if (type === 'order') put('order', order(mistakes, touch.order));
  return facts;
}

/** A product: its number in the shop, and what is known of it. */
function product(mistakes, given, field, isNeeded) {
  const value = part(mistakes, given, field, isNeeded);
  if (value === undefined) return undefined;
  const read = {
    id: text(mistakes, value.id, `${field}/id`, LONGEST_ID, true),
    name: text(mistakes, value.name, `${field}/name`, LONGEST_TEXT),
    quantity: count(mistakes, value.quantity, `${field}/quantity`),
    price: money(mistakes, value.price, `${field}/price`),
  };
  return Object.fromEntries(Object.entries(read).filter(([, one]) => one !== undefined && one !== ''));
}

/** An order that was placed: its number, what it came to, and what was ordered. */
function order(mistakes, given) {
  const value = part(mistakes, given, 'order', true);
  if (value === undefined) return undefined;
  const number = text(mistakes, value.number, 'order/number', 100, true);
  const total = money(mistakes, value.total, 'order/total', true);
  const items = value.items ?? [];
  if (!Array.isArray(items) || items.length > MOST_ITEMS) {
    mistakes.add('order/items', `has to be a list of at most ${MOST_ITEMS} products`, `必须是最多 ${MOST_ITEMS} 件商品的列表`);
    return undefined;
  }
  return { number, total, items: items.map((item, place) => product(mistakes, item, `order/items/${place}`, true)) };
}

/** What the sender adds of its own. */
function data(mistakes, given) {
  const value = part(mistakes, given, 'data');
  const length = value === undefined ? 0 : JSON.stringify(value).length;
  if (length <= LONGEST_DATA) return value;
  mistakes.add('data', `has ${length} characters as JSON; ${LONGEST_DATA} are the most`, `JSON 有 ${length} 个字符，最多 ${LONGEST_DATA} 个`);
  return undefined;
}
