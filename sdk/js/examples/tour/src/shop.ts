// What several interfaces need: requests with a token, and the languages.

import * as hospes from 'hospes';
import type { Request, Response } from 'hospes:plugin/http@0.1.0';

/** A request with a secret as bearer token. The host puts it in on the way out; the plugin never sees it. */
export function request(secret: string, method: string, url: string): Request {
  return {
    method,
    url: [{ tag: 'text', val: url }],
    headers: [
      { name: 'authorization', value: [{ tag: 'text', val: 'Bearer ' }, { tag: 'secret', val: secret }] },
    ],
    body: { tag: 'bytes', val: new Uint8Array() },
  };
}

/** A request that brings JSON. Who gets it a second time knows it by its key. */
export function post(secret: string, url: string, key: string, body: unknown): Request {
  const made = request(secret, 'POST', url);
  made.headers.push({ name: 'content-type', value: [{ tag: 'text', val: 'application/json' }] });
  made.headers.push({ name: 'idempotency-key', value: [{ tag: 'text', val: key }] });
  made.body = { tag: 'bytes', val: hospes.bytes(JSON.stringify(body)) };
  return made;
}

/** A request to the workshop's app. */
export const app = (method: string, path: string) => request('token', method, `https://radwerk.example.com${path}`);

/** The answer if it is a good one. What may pass is `unavailable` and tried again; anything else is final. */
export function good(response: Response): Response {
  const { status } = response;
  if (status >= 200 && status < 300) return response;
  const answered = `The app answered ${status}.`;
  if (status === 429 || status >= 500) throw new hospes.HospesError('unavailable', answered, 10_000);
  throw new hospes.HospesError('invalid', answered);
}

/** Whether a language is Chinese. */
export const isChinese = (language: unknown) => typeof language === 'string' && language.startsWith('zh');

/** Whether the staff reads Chinese: reasons and mails have no reader whose language the host could name. */
export const staffIsChinese = () => isChinese(hospes.config.get('language'));
