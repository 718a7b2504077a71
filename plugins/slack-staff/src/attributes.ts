// What a notification says about the person.

import type { Notification } from 'hospes:plugin/messenger@0.1.0';

import type { Language } from './texts';

/** An attribute that is text; empty where there is none. */
export function attribute(notification: Notification, name: string): string {
  const value = notification.attributes.find((one) => one.name === name)?.value;
  return value?.tag === 'text' ? value.val.trim() : '';
}

/** The person's language; where none is given, the one that the notification is written in. */
export function languageOf(notification: Notification): Language {
  const tag = attribute(notification, 'language');
  if (tag !== '') return /^zh\b/i.test(tag) ? 'zh-CN' : 'en';
  return /\p{Script=Han}/u.test(notification.text) ? 'zh-CN' : 'en';
}
