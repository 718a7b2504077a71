// Checklists: made from the settings' templates, ticked by people.

import * as settings from './settings';
import { invalid } from './failure';
import { type Check, at, create, update } from './store';
import type { Language } from './texts';

/** The most items of a visit: a form shows no more. */
const MOST = 50;

/** The items of visits of a type, each once: what has to be ticked begins with `!` in the settings. */
export function itemsFor(type: string): { item: string; isRequired: boolean }[] {
  const texts = settings.templates().filter((template) => template.type === 'any' || template.type === type);
  const items = new Map<string, boolean>();
  for (const text of texts.flatMap((template) => template.items)) {
    const isRequired = /^\s*[!！]/.test(text);
    const item = text.replace(/^\s*[!！]/, '').trim();
    if (item !== '') items.set(item, isRequired || items.get(item) === true);
  }
  return [...items].slice(0, MOST).map(([item, isRequired]) => ({ item, isRequired }));
}

/** Makes the checklist of a visit. */
export function make(visit: string, type: string): void {
  itemsFor(type).forEach(({ item, isRequired }, index) => {
    create('service-check', { item, visit_id: visit, place: index + 1, is_required: isRequired, is_done: false });
  });
}

/** What somebody says of an item: by its id or what it says. */
export interface Tick {
  item: string;
  isDone: boolean;
  remark?: string;
}

/** Ticks items; the checklist as it is then. What isn't on it is refused before anything is changed. */
export function tick(checks: Check[], ticks: Tick[], now: number, language: Language): Check[] {
  const said = new Map<string, Tick>();
  for (const one of ticks) {
    const known = checks.find((check) => check.id === one.item) ?? checks.find((check) => check.item === one.item.trim());
    if (known === undefined) {
      throw invalid(language, `检查单中没有“${one.item}”`, `“${one.item}” isn't on the checklist`);
    }
    if (said.has(known.id)) {
      throw invalid(language, `检查项“${known.item}”出现了两次`, `the item “${known.item}” is there twice`);
    }
    said.set(known.id, one);
  }
  return checks.map((check) => {
    const one = said.get(check.id);
    if (one === undefined) return check;
    const remark = one.remark ?? check.remark;
    if (one.isDone === check.isDone && remark === check.remark) return check;
    const doneAt = one.isDone ? (check.isDone ? undefined : at(now)) : null;
    update('service-check', check, { is_done: one.isDone, done_at: doneAt, remark });
    return { ...check, isDone: one.isDone, remark };
  });
}

/** The items that have to be ticked and aren't. */
export const missing = (checks: Check[]) => checks.filter((check) => check.isRequired && !check.isDone).map((check) => check.item);
