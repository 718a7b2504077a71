// What is refused, in the language of who asked.

import * as hospes from 'hospes';

import { type Language, either } from './texts';

/** What was given makes no sense. */
export const invalid = (language: Language, zh: string, en: string) =>
  new hospes.HospesError('invalid', either(language, zh, en));

/** A text without blanks around it, that a field can hold. */
export function bounded(text: string, most: number, name: { zh: string; en: string }, language: Language): string {
  const trimmed = text.trim();
  if ([...trimmed].length <= most) return trimmed;
  throw invalid(language, `${name.zh}最长 ${most} 个字符`, `${name.en} has ${most} characters at most`);
}

/** The most characters of a line, and of a long text. */
export const LINE = 200;
export const LONG = 10_000;

/** The record isn't in a state for it, or something else is in the way. */
export const conflict = (language: Language, zh: string, en: string) =>
  new hospes.HospesError('conflict', either(language, zh, en));

/** Whether an error says that a record isn't there. */
export const isNotFound = (error: unknown): boolean => hospes.errorOf(error)?.code === 'not-found';
