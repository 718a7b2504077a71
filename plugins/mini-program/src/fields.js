// Reads one touch field by field: each mistake is noted with its place, in both languages.

/**
 * A mistake: which field, and what is wrong with it.
 *
 * @typedef {{field: string, en: string, 'zh-CN': string}} Mistake
 */

/** What is wrong with a touch, in the order its fields were read. */
export class Mistakes {
  /** @param {string} place where the touch stands, for example `/touches/3` */
  constructor(place) {
    this.place = place;
    /** @type {Mistake[]} */
    this.found = [];
  }

  /** Notes a mistake of a field. */
  add(field, en, zh) {
    this.found.push({ field: field === '' ? this.place : `${this.place}/${field}`, en, 'zh-CN': zh });
  }
}

/** Whether a value is an object of JSON. */
export function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A text of 1 to `longest` characters; empty where it is missing, and where it is wrong, which is noted. */
export function text(mistakes, value, field, longest, isNeeded = false) {
  if (value === undefined || value === null || value === '') {
    if (isNeeded) mistakes.add(field, 'is missing', '缺失');
    return '';
  }
  if (typeof value !== 'string') {
    mistakes.add(field, 'has to be a text', '必须是文本');
    return '';
  }
  const trimmed = value.trim();
  if (trimmed === '' && isNeeded) mistakes.add(field, 'is blank', '不能为空白');
  if (trimmed.length > longest) {
    mistakes.add(field, `has ${trimmed.length} characters; ${longest} are the most`, `有 ${trimmed.length} 个字符，最多 ${longest} 个`);
    return '';
  }
  return trimmed;
}

/** A whole number from 0; undefined where it is missing or wrong. */
export function count(mistakes, value, field) {
  if (value === undefined || value === null) return undefined;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  mistakes.add(field, 'has to be a whole number, 0 or more', '必须是不小于 0 的整数');
  return undefined;
}

/** A part that is an object; undefined where it is missing or wrong. */
export function part(mistakes, value, field, isNeeded = false) {
  if (isObject(value)) return value;
  if (value !== undefined && value !== null) mistakes.add(field, 'has to be an object', '必须是对象');
  else if (isNeeded) mistakes.add(field, 'is missing', '缺失');
  return undefined;
}

/** The earliest time that is believed: 2000. */
const EARLIEST = Date.UTC(2000, 0, 1);
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/**
 * A time: ISO 8601 with its offset from UTC, or seconds or milliseconds since 1970. In microseconds; undefined where it is wrong. `now`
 * (microseconds) bounds it: a clock that is up to five minutes ahead is forgiven, a time of tomorrow isn't.
 */
export function time(mistakes, value, field, now) {
  let millis = Number.NaN;
  if (typeof value === 'string' && ISO.test(value)) millis = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (typeof value === 'number') millis = value < 100_000_000_000 ? value * 1_000 : value;
  if (!Number.isFinite(millis) || millis < EARLIEST) {
    mistakes.add(
      field,
      'has to be a time such as 2026-01-05T16:00:00+08:00, or seconds or milliseconds since 1970',
      '必须是带时区的时间，如 2026-01-05T16:00:00+08:00，或自 1970 年起的秒数、毫秒数',
    );
    return undefined;
  }
  if (millis * 1_000 > now + 300_000_000) {
    mistakes.add(field, 'lies in the future', '在将来');
    return undefined;
  }
  return Math.floor(millis) * 1_000;
}

/**
 * An amount of money: `{amount, currency}` or, as payment providers have it, `{cents, currency}`. The amount is decimal text with at
 * most two places, or a number that is written so.
 */
export function money(mistakes, value, field, isNeeded = false) {
  const given = part(mistakes, value, field, isNeeded);
  if (given === undefined) return undefined;
  const currency = given.currency ?? 'CNY';
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) {
    mistakes.add(`${field}/currency`, 'has to be three capital letters (ISO 4217), such as CNY', '必须是三个大写字母，如 CNY');
    return undefined;
  }
  if (Number.isSafeInteger(given.cents) && given.cents >= 0 && given.amount === undefined) {
    const digits = String(given.cents).padStart(3, '0');
    return { amount: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency };
  }
  const amount = typeof given.amount === 'number' ? String(given.amount) : given.amount;
  if (typeof amount === 'string' && /^\d{1,12}(\.\d{1,2})?$/.test(amount)) return { amount, currency };
  mistakes.add(
    `${field}/amount`,
    'has to be a decimal with at most two places, such as "1299.00"; or give `cents`',
    '必须是最多两位小数的十进制数，如 "1299.00"；或用 cents 给出分数',
  );
  return undefined;
}
