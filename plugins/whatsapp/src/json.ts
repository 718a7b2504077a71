// Reads what others wrote in JSON: a field that is missing or of another kind than expected is empty, never an exception.

/** An object of JSON. */
export type Json = { [name: string]: unknown };

/** A field that is an object; an empty one otherwise. */
export function object(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

/** A field that is a list; an empty one otherwise. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text without blanks at its ends. Ids and times come as numbers, too: by some versions of the API and by many tests. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** A number that may be written as text; undefined where there is none. */
export function number(value: unknown): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

/** Parts that say something, joined. */
export function join(parts: string[], between: string): string {
  return parts.filter((part) => part !== '').join(between);
}
