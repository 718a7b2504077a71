// `import * as hospes from 'hospes'`: the host's interfaces, and what most plugins would write for themselves.

import * as settings from 'hospes:plugin/config@0.1.0';
import * as lines from 'hospes:plugin/log@0.1.0';
import * as store from 'hospes:plugin/kv@0.1.0';

export * as attachments from 'hospes:plugin/attachments@0.1.0';
export * as clock from 'hospes:plugin/clock@0.1.0';
export * as http from 'hospes:plugin/http@0.1.0';
export * as mail from 'hospes:plugin/mail@0.1.0';
export * as random from 'hospes:plugin/random@0.1.0';
export * as records from 'hospes:plugin/records@0.1.0';
export * as secrets from 'hospes:plugin/secrets@0.1.0';

/** How deep JSON may be nested: what is deeper exhausts the engine's stack. */
const DEEPEST = 200;

/** An error that the host understands: a word for programs, a sentence for people, and when to try again, if that helps. */
export class HospesError extends Error {
  constructor(code, message, retryAfterMs) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a function of the host's, or a `HospesError`, says was wrong; undefined for anything else that was thrown. */
export const errorOf = (thrown) => {
  const { code, message, retryAfterMs } = thrown?.payload ?? thrown ?? {};
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return { code, message, retryAfterMs: Number.isInteger(retryAfterMs) && retryAfterMs >= 0 ? retryAfterMs : undefined };
};

/** Text of bytes in UTF-8; what isn't UTF-8 becomes U+FFFD. */
export const text = (bytes) => new TextDecoder().decode(bytes);

/** Bytes of text, in UTF-8. */
export const bytes = (text) => new TextEncoder().encode(text);

/** Where a text of JSON that begins after this place ends: behind the next quote that no backslash stands for. */
const afterText = (json, begin) => {
  for (let place = json.indexOf('"', begin); place >= 0; place = json.indexOf('"', place + 1)) {
    let backslashes = 0;
    while (json[place - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return place + 1;
  }
  return json.length;
};

/** How deep JSON is nested. The engine looks for what counts: sign by sign it would take a second for two megabytes. */
const depth = (json) => {
  const signs = /["[\]{}]/g;
  let [deepest, now] = [0, 0];
  for (let found = signs.exec(json); found !== null; found = signs.exec(json)) {
    const sign = found[0];
    if (sign === '"') signs.lastIndex = afterText(json, signs.lastIndex);
    else if (sign === '[' || sign === '{') deepest = Math.max(deepest, ++now);
    else now -= 1;
  }
  return deepest;
};

/** What a body says in JSON; an error `invalid` where it isn't JSON or is nested too deep. */
export const json = (body) => {
  const written = typeof body === 'string' ? body : text(body);
  if (depth(written) > DEEPEST) throw new HospesError('invalid', `the JSON is nested deeper than ${DEEPEST}`);
  try {
    return JSON.parse(written);
  } catch (error) {
    throw new HospesError('invalid', `the body isn't JSON: ${error.message}`);
  }
};

/** The fields of a form (`application/x-www-form-urlencoded`). */
export const form = (body) => new URLSearchParams(typeof body === 'string' ? body : text(body));

/** The value of a header, whatever its case; undefined when it isn't there. */
export const header = (request, name) =>
  request.headers.find((known) => known.name.toLowerCase() === name.toLowerCase())?.value;

/** A value of the contract as JavaScript has it. Times are dates, money stays `{amount, currency}`. */
export const plain = (value) => {
  switch (value?.tag) {
    case undefined:
    case 'none':
      return null;
    case 'time':
      return new Date(value.val / 1_000);
    case 'json':
      return JSON.parse(value.val);
    default:
      return value.val;
  }
};

/** A value of JavaScript as the contract has it. */
export const value = (plain) => {
  if (plain === null || plain === undefined) return { tag: 'none' };
  if (typeof plain === 'boolean') return { tag: 'boolean', val: plain };
  if (typeof plain === 'string') return { tag: 'text', val: plain };
  if (typeof plain === 'number') return { tag: Number.isSafeInteger(plain) ? 'integer' : 'number', val: plain };
  if (plain instanceof Date) return { tag: 'time', val: plain.getTime() * 1_000 };
  const keys = Object.keys(plain).sort().join();
  if (keys === 'amount,currency') return { tag: 'money', val: { amount: plain.amount, currency: plain.currency } };
  return { tag: 'json', val: JSON.stringify(plain) };
};

/** Attributes of an object: `attributes({ name: 'Li' })`. */
export const attributes = (object) => Object.entries(object).map(([name, item]) => ({ name, value: value(item) }));

/** An object of attributes. */
export const object = (attributes) => Object.fromEntries(attributes.map((one) => [one.name, plain(one.value)]));

/** An answer to a webhook: text, or an object as JSON. */
export const answer = (status, body = '', headers = []) => {
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  return {
    status,
    headers: [{ name: 'content-type', value: type }, ...headers],
    body: bytes(typeof body === 'string' ? body : JSON.stringify(body)),
  };
};

/** The time of a date, or of its text in ISO 8601, as the contract has it: microseconds since 1970. */
export const timestamp = (date) => {
  const millis = new Date(date).getTime();
  if (Number.isNaN(millis)) throw new HospesError('invalid', `${JSON.stringify(date)} is no time`);
  return millis * 1_000;
};

/** The installation's settings. */
export const config = {
  /** A setting, with the manifest's default where nobody has set it; null where there is neither. */
  get: (name) => plain(settings.get(name)),
};

const write = (level) => (text, object = {}) => lines.write(level, text, attributes(object));

/** Lines in the installation's log. */
export const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };

/** The installation's own store. */
export const kv = {
  ...store,
  /** A key's value, kept as JSON by `put`; null when there is none. */
  fetch(key) {
    const kept = store.get(key);
    return kept === undefined || kept === null ? null : JSON.parse(text(kept));
  },
  /** Keeps a value as JSON. */
  put(key, value) {
    store.set(key, bytes(JSON.stringify(value)));
  },
};
