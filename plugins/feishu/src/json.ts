// Reads what others wrote in JSON: a field that is missing or of another kind than expected is empty, never an exception.

/** An object of JSON. */
export type Json = { [name: string]: unknown };

/** A field that is an object; an empty one otherwise. */
export function object(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

/** Text without blanks at its ends; empty where there is none. */
export function string(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** A number that may be written as text; undefined where there is none. */
export function number(value: unknown): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}
