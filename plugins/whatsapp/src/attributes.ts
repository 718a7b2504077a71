// Attributes of messages: those that say nothing are left out.

import type { Attribute } from 'hospes:plugin/types@0.1.0';

/** An attribute with a text; none where the text is empty. */
export function ofText(name: string, value: string): Attribute[] {
  return value === '' ? [] : [{ name, value: { tag: 'text', val: value } }];
}

/** An attribute that is true; none where it isn't. */
export function ofTruth(name: string, value: boolean): Attribute[] {
  return value ? [{ name, value: { tag: 'boolean', val: true } }] : [];
}

/** An attribute with an object or a list as it came, in JSON; none where it is missing or empty. */
export function ofJson(name: string, value: unknown): Attribute[] {
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) return [];
  return [{ name, value: { tag: 'json', val: JSON.stringify(value) } }];
}
