// What JavaScript programs expect of their surroundings and QuickJS doesn't have, made of the contract. It runs before
// the plugin's own module.

import { bytes } from 'hospes:plugin/random@0.1.0';
import { write } from 'hospes:plugin/log@0.1.0';

const shown = (value) => {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value}\n${value.stack ?? ''}`.trimEnd();
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

const at = (level) => (...values) => write(level, values.map(shown).join(' '), []);

globalThis.console = {
  debug: at('debug'), trace: at('debug'), log: at('info'), info: at('info'), warn: at('warn'), error: at('error'),
};

globalThis.TextEncoder = class TextEncoder {
  get encoding() {
    return 'utf-8';
  }

  encode(text = '') {
    const escaped = encodeURIComponent(String(text).toWellFormed());
    const made = new Uint8Array(escaped.length);
    let length = 0;
    for (let place = 0; place < escaped.length; place += 1) {
      if (escaped[place] === '%') {
        made[length] = parseInt(escaped.slice(place + 1, place + 3), 16);
        place += 2;
      } else {
        made[length] = escaped.charCodeAt(place);
      }
      length += 1;
    }
    return made.slice(0, length);
  }
};

// The first byte of a sequence says how many follow, and between which bounds the second lies.
const sequence = (first) => {
  if (first >= 0xc2 && first <= 0xdf) return [1, first & 0x1f, 0x80, 0xbf];
  if (first >= 0xe0 && first <= 0xef) return [2, first & 0x0f, first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf];
  if (first >= 0xf0 && first <= 0xf4) return [3, first & 0x07, first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf];
  return null;
};

/** How many bytes are decoded at once: a function takes so many arguments without exhausting the stack. */
const STRETCH = 4_096;
const BEYOND_ASCII = /[^\0-\x7f]/;

globalThis.TextDecoder = class TextDecoder {
  #fatal;
  #keepMark;

  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    if (!/^\s*utf-?8\s*$/i.test(label)) throw new RangeError(`TextDecoder knows utf-8 alone, not ${label}`);
    this.#fatal = fatal;
    this.#keepMark = ignoreBOM;
  }

  get encoding() {
    return 'utf-8';
  }

  decode(input = new Uint8Array()) {
    const given = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    const marked = !this.#keepMark && given[0] === 0xef && given[1] === 0xbb && given[2] === 0xbf;
    let text = '';
    for (let place = marked ? 3 : 0; place < given.length; ) {
      // What the engine does for a stretch at once is many times as fast as what is done here byte by byte.
      const stretch = given.subarray(place, place + STRETCH);
      const plain = String.fromCharCode.apply(null, stretch);
      if (!BEYOND_ASCII.test(plain)) {
        text += plain;
        place += stretch.length;
        continue;
      }
      const points = [];
      for (const end = place + stretch.length; place < end; ) {
        const first = given[place++];
        if (first < 0x80) {
          points.push(first);
          continue;
        }
        const begun = sequence(first);
        let [missing, point, least, most] = begun ?? [1, 0, 1, 0];
        while (missing > 0 && given[place] >= least && given[place] <= most) {
          point = (point << 6) | (given[place++] & 0x3f);
          [missing, least, most] = [missing - 1, 0x80, 0xbf];
        }
        if (missing > 0 && this.#fatal) throw new TypeError(`byte ${place} isn't UTF-8`);
        points.push(missing > 0 ? 0xfffd : point);
      }
      text += String.fromCodePoint.apply(null, points);
    }
    return text;
  }
};

let drawn = new Uint8Array();
let used = 0;

// QuickJS's own state is in the finished plugin, so that each call would draw the same.
Math.random = () => {
  if (used + 7 > drawn.length) [drawn, used] = [bytes(256), 0];
  let number = 0;
  for (let place = 0; place < 7; place += 1) number = number * 256 + drawn[used++];
  return Math.floor(number / 8) / 2 ** 53;
};

globalThis.crypto = {
  getRandomValues(array) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes(array.byteLength));
    return array;
  },
  randomUUID() {
    const id = bytes(16);
    id[6] = (id[6] & 0x0f) | 0x40;
    id[8] = (id[8] & 0x3f) | 0x80;
    return id.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  },
};

const clone = (value, known) => {
  if (typeof value === 'function') throw new TypeError('a function can’t be cloned');
  if (value === null || typeof value !== 'object') return value;
  if (known.has(value)) return known.get(value);
  const keep = (made) => {
    known.set(value, made);
    return made;
  };
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (ArrayBuffer.isView(value)) return keep(value.slice());
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (value instanceof Map) {
    const made = keep(new Map());
    value.forEach((item, key) => made.set(clone(key, known), clone(item, known)));
    return made;
  }
  if (value instanceof Set) {
    const made = keep(new Set());
    value.forEach((item) => made.add(clone(item, known)));
    return made;
  }
  const made = keep(Array.isArray(value) ? [] : {});
  for (const [key, item] of Object.entries(value)) made[key] = clone(item, known);
  return made;
};

globalThis.structuredClone ??= (value) => clone(value, new Map());

const decoded = (text) => decodeURIComponent(text.replaceAll('+', ' ').replace(/%(?![0-9a-f]{2})/gi, '%25'));
const encoded = (text) =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

globalThis.URLSearchParams ??= class URLSearchParams {
  #pairs;

  constructor(given = '') {
    if (typeof given === 'string') {
      const parts = given.replace(/^\?/, '').split('&').filter((part) => part !== '');
      this.#pairs = parts.map((part) => {
        const [name, ...value] = part.split('=');
        return [decoded(name), decoded(value.join('='))];
      });
    } else {
      const pairs = given[Symbol.iterator] ? [...given] : Object.entries(given);
      this.#pairs = pairs.map(([name, value]) => [String(name), String(value)]);
    }
  }

  get size() {
    return this.#pairs.length;
  }

  get(name) {
    return this.#pairs.find(([known]) => known === name)?.[1] ?? null;
  }

  getAll(name) {
    return this.#pairs.filter(([known]) => known === name).map(([, value]) => value);
  }

  has(name) {
    return this.#pairs.some(([known]) => known === name);
  }

  append(name, value) {
    this.#pairs.push([String(name), String(value)]);
  }

  set(name, value) {
    this.delete(name);
    this.append(name, value);
  }

  delete(name) {
    this.#pairs = this.#pairs.filter(([known]) => known !== name);
  }

  entries() {
    return this.#pairs.map(([name, value]) => [name, value])[Symbol.iterator]();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  toString() {
    return this.#pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
  }
};

for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'fetch']) {
  globalThis[name] = () => {
    const instead = name === 'fetch' ? 'send requests by http.send' : 'a call ends when its function returns';
    throw new Error(`there is no ${name} in a plugin: ${instead}`);
  };
}
for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) globalThis[name] = () => {};
