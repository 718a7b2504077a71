// The installation's settings, in the form that the rest works with.

import * as hospes from 'hospes';

import { MINUTES_A_DAY, WEEKDAYS, type Weekday, timeOfDay } from './day';
import type { Language } from './texts';
import { isZone } from './zone';

/** Somebody who goes to customers, and when. Work that ends on the next day has more minutes than a day. */
export interface Engineer {
  user: string;
  name: string;
  zone: string;
  days: Weekday[];
  from: number;
  to: number;
}

/** A template of a checklist: which visits it is for, and its items. */
export interface Template {
  type: string;
  items: string[];
}

const text = (name: string) => String(hospes.config.get(name) ?? '');
const number = (name: string, otherwise: number) => Number(hospes.config.get(name) ?? otherwise);
const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);

/** The language of what nobody asked for in another. */
export const language = (): Language => (text('language') === 'en' ? 'en' : 'zh-CN');

/** The company's zone; a name that there isn't is an error for the operator. */
export function zone(): string {
  const name = text('zone') || 'Asia/Shanghai';
  if (!isZone(name)) throw new hospes.HospesError('invalid', `设置 zone 不是已知时区 / the setting zone is no known time zone: ${name}`);
  return name;
}

/** A zone that a record names, or the company's where it names none that is known. */
export const zoneOr = (name: string): string => (isZone(name) ? name : zone());

const days = (value: unknown): Weekday[] => WEEKDAYS.filter((day) => list(value).includes(day));

function hours(from: unknown, to: unknown): { from: number; to: number } {
  const begins = timeOfDay(String(from ?? '')) ?? 9 * 60;
  const ends = timeOfDay(String(to ?? '')) ?? 18 * 60;
  return { from: begins, to: ends <= begins ? ends + MINUTES_A_DAY : ends };
}

/** The engineers of the settings. */
export function engineers(): Engineer[] {
  return list(hospes.config.get('engineers')).map((engineer) => ({ ...anybody(engineer), name: String(engineer.name) }));
}

function anybody(own: { user: string; zone?: string; days?: string[]; from?: string; to?: string }): Engineer {
  return {
    user: own.user,
    name: '',
    zone: zoneOr(own.zone ?? ''),
    days: days(own.days ?? hospes.config.get('working-days')),
    ...hours(own.from ?? text('working-from'), own.to ?? text('working-to')),
  };
}

/** The engineer of an id: as the settings have them, or with the company's hours. */
export function engineer(user: string): Engineer {
  return engineers().find((known) => known.user === user) ?? anybody({ user });
}

/** The name of an engineer; empty where the settings don't name them. */
export const nameOf = (user: string): string => engineers().find((known) => known.user === user)?.name ?? '';

/** The templates of checklists. */
export const templates = (): Template[] =>
  list(hospes.config.get('checklists')).map(({ type, items }) => ({ type: String(type), items: list(items).map(String) }));

/** The team that plans visits; empty where there is none. */
export const dispatchTeam = () => text('team');

export const visitMinutes = () => number('visit-minutes', 60);
export const bufferMinutes = () => number('buffer-minutes', 30);
export const missedMinutes = () => number('missed-minutes', 60);
export const maintenanceDays = () => number('maintenance-days', 14);
export const maintenanceIsVisit = () => text('maintenance-as') !== 'task';
export const dailyHour = () => number('daily-hour', 7);
export const reminds = () => hospes.config.get('remind') === true;
export const remindHour = () => number('remind-hour', 16);
export const reminder = (of: Language) => text(of === 'en' ? 'reminder-en' : 'reminder-zh');
export const currency = () => text('currency') || 'CNY';

/** Whether a ticket of this class or with these tags gets a visit. */
export function proposesFor(ticketClass: string, tags: string[]): boolean {
  const wanted = list(hospes.config.get('ticket-tags')).map((tag) => String(tag).toLowerCase());
  const classes = list(hospes.config.get('ticket-classes'));
  return classes.includes(ticketClass) || tags.some((tag) => wanted.includes(tag.toLowerCase()));
}
