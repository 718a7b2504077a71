// The tools: arguments come as the manifest's schemas have them.

import * as hospes from 'hospes';

import * as settings from './settings';
import * as slots from './slots';
import { MINUTE } from './day';
import { complete } from './complete';
import { NOTHING, engineerId, plan } from './plan';
import type { Language } from './texts';
import { readDay, readZone } from './window';
import { iso } from './zone';

type Arguments = Record<string, any>;

const now = () => Math.floor(hospes.clock.now() / 1_000);

const TOOLS: Record<string, (given: Arguments, language: Language) => unknown> = {
  'plan-visit': planVisit,
  'free-slots': freeSlots,
  'complete-visit': completeVisit,
};

/** Calls a tool. */
export function call(name: string, written: string): string {
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (tool === undefined) throw new hospes.HospesError('unsupported', `there is no tool ${name}`);
  const given = hospes.json(written) as Arguments;
  const language: Language = given.language === 'en' || given.language === 'zh-CN' ? given.language : settings.language();
  return JSON.stringify(tool(given, language));
}

function planVisit(given: Arguments, language: Language): unknown {
  const said = Object.fromEntries(Object.keys(NOTHING).filter((name) => name in given).map((name) => [name, given[name]]));
  const planned = plan(
    { ...NOTHING, ...said, isConfirmed: given.confirmed === true, allowsOverlap: given['allow-overlap'] === true },
    now(),
    language,
  );
  return { ...planned, from: iso(planned.zone, planned.from), to: iso(planned.zone, planned.to) };
}

function freeSlots(given: Arguments, language: Language): unknown {
  const engineer = settings.engineer(engineerId(String(given.engineer), language));
  const zone = given.zone === undefined ? engineer.zone : readZone(given.zone, language);
  const time = slots.workingTime(engineer, readDay(String(given.day), language));
  const found = time === undefined ? [] : slots.free(engineer, time, given.minutes ?? settings.visitMinutes(), now());
  return {
    zone,
    works: time !== undefined,
    slots: found.map(({ from, to }) => ({ from: iso(zone, from), to: iso(zone, to), minutes: Math.floor((to - from) / MINUTE) })),
  };
}

function completeVisit(given: Arguments, language: Language): unknown {
  const parts = (given.parts ?? []).map((part: Arguments) => ({
    article: part.article,
    articleNumber: part['article-number'],
    quantity: part.quantity,
    serialNumber: part['serial-number'],
    unitPrice: part['unit-price'],
    currency: part.currency,
    underWarranty: part['under-warranty'],
  }));
  const ticks = (given.checklist ?? []).map((tick: Arguments) => ({ item: tick.item, isDone: tick.done !== false, remark: tick.remark }));
  const report = {
    outcome: given.outcome,
    report: given.report ?? '',
    travelMinutes: given['travel-minutes'],
    workMinutes: given['work-minutes'],
    parts,
    ticks,
    signature: given.signature,
  };
  const visit = complete(given.visit, report, now(), language);
  return { visit: visit.id, state: visit.state, ...(visit.ticket === '' ? {} : { ticket: visit.ticket }) };
}
