// Planning a visit: a new one, or the time of one that is there.

import * as checklist from './checklist';
import * as settings from './settings';
import { LINE, bounded, conflict, invalid } from './failure';
import { OPEN, type Visit, at, create, fieldsOf, update, visit as visitById } from './store';
import { type Language, cut } from './texts';
import { overlapping, windowText } from './visit';
import { type Entered, type Window, read } from './window';

/** What somebody plans; empty texts are what they don't say. */
export interface Plan extends Entered {
  visit: string;
  ticket: string;
  customer: string;
  asset: string;
  subject: string;
  type: string;
  engineer: string;
  team: string;
  address: string;
  isConfirmed: boolean;
  allowsOverlap: boolean;
}

/** A plan of which nothing is said. */
export const NOTHING: Plan = {
  visit: '', ticket: '', customer: '', asset: '', subject: '', type: '', engineer: '', team: '', address: '',
  day: '', from: '', to: '', zone: '', isConfirmed: false, allowsOverlap: false,
};

/** What was planned. */
export interface Planned extends Window {
  visit: string;
  state: string;
  overlaps: string[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id of an engineer who is named by it, or by the name that the settings have. */
export function engineerId(named: string, language: Language): string {
  const text = named.trim();
  if (UUID.test(text)) return text.toLowerCase();
  const known = settings.engineers();
  const found = known.filter((engineer) => engineer.name.trim().toLowerCase() === text.toLowerCase());
  if (found.length > 1) {
    throw invalid(language, `有多位工程师叫“${text}”，请填用户编号`, `several engineers are called “${text}”; give the user's id`);
  }
  if (found[0] !== undefined) return found[0].user;
  const names = known.map((engineer) => engineer.name).slice(0, 20).join(language === 'en' ? ', ' : '、');
  throw invalid(
    language,
    `没有工程师“${text}”；设置中有：${names || '（无）'}`,
    `there is no engineer “${text}”; the settings have: ${names || '(none)'}`,
  );
}

/** Refuses a window in which the engineer is elsewhere; what it overlaps where that is allowed. */
function collisions(engineer: string, window: Window, plan: Plan, language: Language): string[] {
  const others = overlapping(engineer, window, plan.visit);
  const [first] = others;
  if (first !== undefined && !plan.allowsOverlap) {
    const name = settings.nameOf(engineer);
    throw conflict(
      language,
      `工程师${name}此时已有上门“${first.subject}”：${windowText(first, language)}`,
      `the engineer ${name === '' ? '' : `${name} `}has the visit “${first.subject}” then: ${windowText(first, language)}`,
    );
  }
  return others.map((other) => other.id);
}

/** Plans it. */
export function plan(given: Plan, now: number, language: Language): Planned {
  bounded(given.address, LINE, { zh: '地址', en: 'the address' }, language);
  const known = given.visit === '' ? undefined : openVisit(given.visit, language);
  const engineer = given.engineer === '' ? (known?.engineer ?? '') : engineerId(given.engineer, language);
  // An engineer goes to sites where they work, unless somebody says otherwise.
  const zone = given.zone || known?.zone || (engineer === '' ? settings.zone() : settings.engineer(engineer).zone);
  const window = read({ ...given, zone }, settings.visitMinutes(), now, language);
  const state = given.isConfirmed ? 'confirmed' : 'planned';
  if (known !== undefined) {
    const overlaps = collisions(engineer, window, given, language);
    update('sitevisit', known, { ...common(given, window, state), owner_id: engineer || undefined });
    return { visit: known.id, state, overlaps, ...window };
  }
  const isWhole = given.customer !== '' && given.subject.trim() !== '';
  const ticket = isWhole ? undefined : fieldsOf('ticket', given.ticket);
  if (given.ticket !== '' && ticket === undefined && !isWhole) {
    throw invalid(language, `没有工单 ${given.ticket}`, `there is no ticket ${given.ticket}`);
  }
  const customer = given.customer || String(ticket?.customer_id ?? '');
  if (customer === '') throw invalid(language, '请指定工单或客户', 'name a ticket or a customer');
  const subject = given.subject.trim() || String(ticket?.subject ?? '');
  if (subject === '') throw invalid(language, '缺少事由', 'the subject is missing');
  const overlaps = collisions(engineer, window, given, language);
  const type = given.type || 'repair';
  const visit = create('sitevisit', {
    ...common(given, window, state),
    subject: cut(subject, 200),
    visit_type: type,
    customer_id: customer,
    ticket_id: given.ticket || undefined,
    owner_id: engineer || undefined,
    team_id: given.team || (engineer === '' ? settings.dispatchTeam() : '') || undefined,
  });
  checklist.make(visit, type);
  return { visit, state, overlaps, ...window };
}

function openVisit(id: string, language: Language): Visit {
  const known = visitById(id);
  if (known === undefined) throw invalid(language, `没有上门 ${id}`, `there is no visit ${id}`);
  if (!OPEN.includes(known.state)) {
    throw conflict(language, `上门“${known.subject}”已经结束`, `the visit “${known.subject}” is over`);
  }
  return known;
}

/** The fields that a plan sets on new visits and on those that are there. */
function common(given: Plan, window: Window, state: string) {
  return {
    state,
    window_from: at(window.from),
    window_to: at(window.to),
    zone: window.zone,
    address: given.address.trim() || undefined,
    asset_id: given.asset || undefined,
    warning: '',
  };
}

/** Makes a visit whose time somebody has still to set. */
export function propose(fields: { subject: string; type: string; customer: string; ticket?: string; asset?: string; team?: string }): string {
  const visit = create('sitevisit', {
    subject: cut(fields.subject, 200),
    visit_type: fields.type,
    state: 'proposed',
    customer_id: fields.customer || undefined,
    ticket_id: fields.ticket || undefined,
    asset_id: fields.asset || undefined,
    team_id: fields.team || settings.dispatchTeam() || undefined,
  });
  checklist.make(visit, fields.type);
  return visit;
}
