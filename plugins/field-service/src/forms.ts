// The forms and buttons of the panel, and what they do. A name such as `complete:ID` says which visit it is about.

import * as hospes from 'hospes';

import * as checklist from './checklist';
import * as parts from './parts';
import * as settings from './settings';
import { cancel, complete, move, open as openVisit } from './complete';
import { NOTHING, plan as planVisit } from './plan';
import { type Asset, type Check, type Visit, checksOf } from './store';
import { type Language, OUTCOME_WORDS, VISIT_TYPES, cut, outcomeText, t, typeText } from './texts';
import { windowText } from './visit';

/** A piece of the panel. */
export type Block = ReturnType<import('hospes').Panel['render']>[number];
type Input = Extract<Block, { tag: 'form' }>['val'] extends { inputs?: (infer I)[] } ? I : never;
type Kind = Input['kind'];

/** The record whose page it is. */
export interface Subject {
  kind: string;
  id: string;
  /** The customer: the record itself, or the ticket's. */
  customer: string;
  /** What a visit is for where nobody says. */
  subject: string;
}

/** What was entered, by the inputs' names. */
export type Entered = Record<string, any>;

function input(name: string, label: string, kind: Kind, more: Partial<Input> = {}): Input {
  return { name, label, kind, required: false, value: hospes.value(null), choices: [], ...more } as Input;
}

const choices = (values: string[], label: (value: string) => string) => values.map((value) => ({ value, label: label(value) }));

/** The form that plans a visit, or sets the time of one that is there. */
export function plan(subject: Subject, open: Visit[], assets: Asset[], language: Language): Block[] {
  const which = [
    { value: 'new', label: t(language, 'newVisit') },
    ...open.map((visit) => ({ value: visit.id, label: cut(`${visit.subject} · ${windowText(visit, language)}`, 100) })),
  ];
  const chosen = open.find((visit) => visit.state === 'proposed')?.id ?? 'new';
  const engineers = settings.engineers().map(({ user, name }) => ({ value: user, label: name }));
  const assetChoices = assets.map(({ id, model, serialNumber }) => ({ value: id, label: `${model} ${serialNumber}`.trim() }));
  const inputs = [
    ...(open.length === 0 ? [] : [input('visit', t(language, 'which'), 'choice', { required: true, value: hospes.value(chosen), choices: which })]),
    input('subject', t(language, 'subject'), 'text', { value: hospes.value(subject.subject) }),
    input('type', t(language, 'type'), 'choice', { value: hospes.value('repair'), choices: choices(VISIT_TYPES, (type) => typeText(language, type)) }),
    input('day', t(language, 'day'), 'date', { required: true }),
    input('from', t(language, 'from'), 'text', { required: true }),
    input('to', t(language, 'to'), 'text'),
    input('zone', t(language, 'siteZone'), 'text'),
    ...(engineers.length === 0 ? [] : [input('engineer', t(language, 'engineer'), 'choice', { choices: engineers })]),
    ...(assets.length === 0 ? [] : [input('asset', t(language, 'assets'), 'choice', { choices: assetChoices })]),
    input('address', t(language, 'address'), 'text'),
    input('confirmed', t(language, 'customerAgreed'), 'boolean'),
    input('overlap', t(language, 'allowOverlap'), 'boolean'),
  ];
  return [{ tag: 'form', val: { name: 'plan', label: t(language, 'plan'), inputs } }];
}

/** What can be done with a visit that has a time. */
export function work(visit: Visit, checks: Check[], language: Language): Block[] {
  const steps = [
    ['confirmed', visit.state === 'planned' ? t(language, 'confirm') : ''],
    ['on-the-way', ['planned', 'confirmed'].includes(visit.state) ? t(language, 'setOut') : ''],
    ['on-site', visit.state === 'on-site' ? '' : t(language, 'arrive')],
  ].filter(([, label]) => label !== '');
  const form = (name: string, label: string, inputs: Input[]): Block => ({ tag: 'form', val: { name: `${name}:${visit.id}`, label, inputs } });
  const blocks: Block[] = [
    { tag: 'heading', val: `${visit.subject} · ${windowText(visit, language)}` },
  ];
  if (steps.length > 0) {
    blocks.push({ tag: 'buttons', val: steps.map(([state, label]) => ({ name: `${state}:${visit.id}`, label: label ?? '' })) });
  }
  if (checks.length > 0) {
    const label = (check: Check) => `${check.item}${check.isRequired ? t(language, 'mandatory') : ''}`;
    blocks.push(
      form('checklist', t(language, 'saveChecklist'), checks.map((check) => input(check.id, label(check), 'boolean', { value: hospes.value(check.isDone) }))),
    );
  }
  return [
    ...blocks,
    form('part', t(language, 'addPart'), [
      input('article', t(language, 'article'), 'text', { required: true }),
      input('article_number', t(language, 'articleNumber'), 'text'),
      input('quantity', t(language, 'quantity'), 'number', { value: hospes.value(1) }),
      input('serial_number', t(language, 'serialNumber'), 'text'),
      input('unit_price', t(language, 'unitPrice'), 'text'),
      input('currency', t(language, 'currency'), 'text', { value: hospes.value(settings.currency()) }),
      input('under_warranty', t(language, 'underWarranty'), 'boolean'),
    ]),
    form('complete', t(language, 'complete'), [
      input('outcome', t(language, 'outcome'), 'choice', {
        required: true,
        value: hospes.value('resolved'),
        choices: choices(OUTCOME_WORDS, (outcome) => outcomeText(language, outcome)),
      }),
      input('travel_minutes', t(language, 'travelMinutes'), 'integer', { value: hospes.value(visit.travelMinutes) }),
      input('work_minutes', t(language, 'workMinutes'), 'integer', { value: hospes.value(visit.workMinutes) }),
      input('report', t(language, 'report'), 'long-text', { value: hospes.value(visit.report) }),
      input('signed_by', t(language, 'signedBy'), 'text'),
    ]),
    form('cancel', t(language, 'cancel'), [input('reason', t(language, 'reason'), 'text', { required: true })]),
  ];
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** What the buttons and forms do. */
const ACTIONS: Record<string, (visit: string, entered: Entered, subject: Subject, now: number, language: Language) => void> = {
  plan(_, entered, subject, now, language) {
    const visit = text(entered.visit);
    planVisit(
      {
        ...NOTHING,
        visit: visit === 'new' ? '' : visit,
        ticket: subject.kind === 'ticket' ? subject.id : '',
        customer: subject.customer,
        asset: text(entered.asset),
        subject: text(entered.subject),
        type: text(entered.type),
        engineer: text(entered.engineer),
        address: text(entered.address),
        day: text(entered.day),
        from: text(entered.from),
        to: text(entered.to),
        zone: text(entered.zone),
        isConfirmed: entered.confirmed === true,
        allowsOverlap: entered.overlap === true,
      },
      now,
      language,
    );
  },
  confirmed: (visit, _entered, _subject, _now, language) => move(visit, 'confirmed', language),
  'on-the-way': (visit, _entered, _subject, _now, language) => move(visit, 'on-the-way', language),
  'on-site': (visit, _entered, _subject, _now, language) => move(visit, 'on-site', language),
  checklist(visit, entered, _, now, language) {
    const ticks = Object.entries(entered).map(([item, isDone]) => ({ item, isDone: isDone === true }));
    checklist.tick(checksOf(openVisit(visit, language).id), ticks, now, language);
  },
  part(visit, entered, _subject, _now, language) {
    const part = parts.check(
      {
        article: text(entered.article),
        articleNumber: text(entered.article_number),
        quantity: entered.quantity,
        serialNumber: text(entered.serial_number),
        unitPrice: text(entered.unit_price),
        currency: text(entered.currency),
        underWarranty: entered.under_warranty === true,
      },
      language,
    );
    parts.record(part, openVisit(visit, language));
  },
  complete(visit, entered, _subject, now, language) {
    const name = text(entered.signed_by);
    const report = {
      outcome: text(entered.outcome),
      report: text(entered.report),
      travelMinutes: entered.travel_minutes,
      workMinutes: entered.work_minutes,
      parts: [],
      ticks: [],
      signature: name === '' ? undefined : { name },
    };
    complete(visit, report, now, language);
  },
  cancel: (visit, entered, _subject, _now, language) => cancel(visit, text(entered.reason), language),
};

/** Does what a button or form says. */
export function act(name: string, entered: Entered, subject: Subject, now: number, language: Language): void {
  const [action = '', visit = ''] = name.split(':');
  const known = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (known === undefined) throw new hospes.HospesError('unsupported', `there is no button ${name}`);
  known(visit, entered, subject, now, language);
}
