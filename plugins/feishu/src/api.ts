// Sending a message.

import * as hospes from 'hospes';

import type { Recipient } from './address';
import { TOKEN_CODES, refused } from './failure';
import { type Answer, call } from './http';
import { object, string } from './json';
import type { Message } from './message';
import type { Language } from './texts';
import { renew, token } from './token';

/** Sends a message to somebody; returns its id. `uuid` keeps Feishu from sending it twice within an hour. */
export function send(to: Recipient, message: Message, uuid: string, language: Language): string {
  const body = JSON.stringify({ receive_id: to.id, ...message, uuid });
  const attempt = (held: string): Answer =>
    call(`/open-apis/im/v1/messages?receive_id_type=${to.type}`, { tag: 'bytes', val: hospes.bytes(body) }, language, held);
  let answer = attempt(token(language));
  // A token dies early when the app's secret is reset or the app is switched off and on. One that was just made and
  // is refused as well won't get better by a third.
  if (TOKEN_CODES.has(answer.code)) answer = attempt(renew(language));
  if (answer.code !== 0) throw refused(answer, language);
  return string(object(answer.body.data).message_id);
}
