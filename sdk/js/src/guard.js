// Stands between the host and the plugin's functions: what they throw becomes the contract's error, and what they return
// is checked against the contract, so that a mistake is a message that says where and never the end of the engine.

import { write } from 'hospes:plugin/log@0.1.0';

const LONGEST = 2_000;

const called = (value) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${JSON.stringify(value)?.slice(0, 40) ?? ''}`.trimEnd();
};

const integers = {
  u8: [0, 255], u16: [0, 65_535], u32: [0, 4_294_967_295], u64: [0, Number.MAX_SAFE_INTEGER],
  s8: [-128, 127], s16: [-32_768, 32_767], s32: [-2_147_483_648, 2_147_483_647],
  s64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

class Wrong extends Error {}

const wrong = (place, wanted, value) => {
  throw new Wrong(`${place} has to be ${wanted}, and is ${called(value)}`);
};

/** The value as the contract has it: what may be left out is filled in, what is wrong is named. */
const fitted = (shape, value, place) => {
  const [kind, of] = typeof shape === 'string' ? [shape] : shape;
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? value.toWellFormed() : wrong(place, 'a string', value);
    case 'bool':
      return typeof value === 'boolean' ? value : wrong(place, 'true or false', value);
    case 'f64':
    case 'f32':
      return typeof value === 'number' ? value : wrong(place, 'a number', value);
    case 'bytes':
      if (value === undefined) return new Uint8Array();
      return value instanceof Uint8Array ? value : wrong(place, 'a Uint8Array (hospes.bytes makes one of text)', value);
    case 'list':
      if (value === undefined) return [];
      if (!Array.isArray(value)) wrong(place, 'a list', value);
      return value.map((item, index) => fitted(of, item, `${place}[${index}]`));
    case 'option':
      return value === undefined || value === null ? undefined : fitted(of, value, place);
    case 'enum':
      return of.includes(value) ? value : wrong(place, `one of ${of.join(', ')}`, value);
    case 'record': {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) wrong(place, 'an object', value);
      const unknown = Object.keys(value).find((name) => !(name in of));
      if (unknown !== undefined) {
        throw new Wrong(`${place} has no field ${unknown}; its fields are ${Object.keys(of).join(', ')}`);
      }
      const made = {};
      for (const [name, field] of Object.entries(of)) made[name] = fitted(field, value[name], `${place}.${name}`);
      return made;
    }
    case 'variant': {
      const tag = value?.tag;
      if (typeof tag !== 'string' || !(tag in of)) wrong(`${place}.tag`, `one of ${Object.keys(of).join(', ')}`, tag ?? value);
      return of[tag] === null ? { tag } : { tag, val: fitted(of[tag], value.val, `${place}.val`) };
    }
    case 'none':
      return undefined;
    default: {
      const bounds = integers[kind];
      if (!bounds) return value;
      const number = typeof value === 'bigint' ? Number(value) : value;
      const whole = Number.isInteger(number) && number >= bounds[0] && number <= bounds[1];
      return whole ? number : wrong(place, `a whole number from ${bounds[0]} to ${bounds[1]}`, value);
    }
  }
};

const error = (code, message, retryAfterMs) => ({ code, message: message.slice(0, LONGEST), retryAfterMs });

/** What was thrown, as the contract's error. */
const thrown = (what, name) => {
  const cause = what?.payload ?? what;
  if (typeof cause?.code === 'string' && typeof cause?.message === 'string') {
    const wait = cause.retryAfterMs;
    return error(cause.code, cause.message, Number.isInteger(wait) && wait >= 0 ? wait : undefined);
  }
  const stack = what instanceof Error ? (what.stack ?? '').trim() : '';
  write('error', `${name} threw ${what}\n${stack}`.trimEnd(), []);
  const where = stack.split('\n')[0];
  return error('internal', `${name} threw ${what}${where ? ` ${where}` : ''}`);
};

/** The functions of one exported interface, guarded. */
export const guarded = (ability, shapes, plugin) => {
  const made = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const title = `${ability}.${name}`;
    made[name] = (...given) => {
      let value;
      try {
        if (typeof plugin?.[name] !== 'function') {
          throw error('unsupported', `the plugin has no function ${title}; its module exports none`);
        }
        value = plugin[name](...given);
      } catch (what) {
        throw thrown(what, title);
      }
      if (typeof value?.then === 'function') {
        throw error('internal', `${title} returned a promise, which nobody waits for: take \`async\` away`);
      }
      try {
        return fitted(shape, value, title);
      } catch (what) {
        write('error', String(what.message), []);
        throw error('internal', `the contract has it otherwise: ${what.message}`);
      }
    };
  }
  return made;
};
