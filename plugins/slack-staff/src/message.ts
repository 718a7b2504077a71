// What a notification looks like in Slack.

import type { Notification } from 'hospes:plugin/messenger@0.1.0';

import { attribute } from './attributes';
import { cut } from './cut';
import type { Json } from './json';
import { type Language, text } from './texts';

/** A block's text may have 3,000 characters, and escaping makes five of one. */
const LONGEST_BLOCK = 3_000;
const LONGEST_TEXT = 500;

/** What `chat.postMessage` takes besides the channel. `text` is what phones and lists of messages show. */
export function message(notification: Notification, language: Language): Json {
  const line = escaped(cut(notification.text.trim() || text(language, 'empty'), LONGEST_TEXT));
  const reason = escaped(cut(attribute(notification, 'reason'), LONGEST_TEXT));
  const link = linkTo(notification.url.trim(), text(language, 'open'));
  return {
    text: line,
    blocks: [
      section(line),
      ...(link === '' ? [] : [section(link)]),
      ...(reason === '' ? [] : [{ type: 'context', elements: [words(reason)] }]),
    ],
    // The page wants a sign-in, so a preview of it would show nothing.
    unfurl_links: false,
    unfurl_media: false,
  };
}

/**
 * A link to the page; empty where there is none. A button with an address would be shown with a warning once it is pressed,
 * unless the app answers Slack's request about that.
 */
function linkTo(url: string, label: string): string {
  if (!/^https?:\/\/\S+$/i.test(url)) return '';
  // These would end the address within `<…|…>`.
  const address = escaped(url.replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C'));
  const link = `<${address}|${escaped(label)}>`;
  return link.length > LONGEST_BLOCK ? '' : link;
}

/** Text that mentions nobody and links nothing: Slack reads `<…>` as commands. */
function escaped(given: string): string {
  return given.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function section(mrkdwn: string): Json {
  return { type: 'section', text: words(mrkdwn) };
}

/** Text of a block; `verbatim` keeps Slack from making links of addresses and channels' names by itself. */
function words(mrkdwn: string): Json {
  return { type: 'mrkdwn', text: mrkdwn, verbatim: true };
}
