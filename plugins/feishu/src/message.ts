// What a notification looks like in Feishu.

import type { Notification } from 'hospes:plugin/messenger@0.1.0';

import { attribute } from './attributes';
import { cut } from './cut';
import { type Language, text } from './texts';

/** A message's type and content as `im/v1/messages` takes them. */
export interface Message {
  msg_type: 'interactive' | 'text';
  /** JSON in a text. */
  content: string;
}

/** A card's title shows four lines. */
const LONGEST_TITLE = 100;
/** Far below the 30 KB that a card may have; a notification is one line. */
const LONGEST_TEXT = 2_000;
/** Addresses of pages are short; what is longer isn't one. */
const LONGEST_URL = 2_000;

/** A card with a button where there is a page to show, else text. */
export function message(notification: Notification, language: Language): Message {
  const line = cut(notification.text.trim() || text(language, 'empty'), LONGEST_TEXT);
  const reason = cut(attribute(notification, 'reason'), LONGEST_TEXT);
  const url = notification.url.trim();
  if (!/^https?:\/\/\S+$/i.test(url) || url.length > LONGEST_URL) return plain(line, reason);
  return { msg_type: 'interactive', content: JSON.stringify(card(line, reason, url, language)) };
}

/** The card, in the structure 1.0, which all clients show. Its title is what lists of chats and phones' lock screens show. */
function card(line: string, reason: string, url: string, language: Language): object {
  const words = (content: string) => ({ tag: 'plain_text', content });
  const title = cut(line, LONGEST_TITLE);
  return {
    header: { template: 'blue', title: words(title) },
    elements: [
      ...(title === line ? [] : [{ tag: 'div', text: words(line) }]),
      ...(reason === '' ? [] : [{ tag: 'note', elements: [words(reason)] }]),
      { tag: 'action', actions: [{ tag: 'button', type: 'primary', text: words(text(language, 'open')), url }] },
    ],
  };
}

function plain(line: string, reason: string): Message {
  const lines = [line, reason].filter((part) => part !== '').map(literal);
  return { msg_type: 'text', content: JSON.stringify({ text: lines.join('\n') }) };
}

/**
 * Text that Feishu shows as it is. A text message may mention people (`<at …>`), format (`<b>`) and link (`[…](…)`), and
 * there is no escape for it: a space without width after its first sign makes it ordinary text. Customers write such things, too.
 */
function literal(given: string): string {
  return given.replace(/<(?=[/a-z])/gi, '<\u200b').replace(/\](?=\()/g, ']\u200b');
}
