// Requests to the Cloud API.

import * as hospes from 'hospes';
import type { Content, Request, RequestHeader } from 'hospes:plugin/http@0.1.0';

import * as failure from './failure';
import { type Json, object, text } from './json';

/** Media are served only to requests that name their program. */
const PROGRAM = 'Hospes/0.1';

/** A request that takes as long as the call has left. */
export type Untimed = Request & { timeoutMs: null };

/** A request with the access token, which the host puts in on its way out. */
export function request(method: 'GET' | 'POST', url: string, body?: Content, type?: string): Untimed {
  const header = (name: string, value: string): RequestHeader => ({ name, value: [{ tag: 'text', val: value }] });
  const headers: RequestHeader[] = [
    { name: 'authorization', value: [{ tag: 'text', val: 'Bearer ' }, { tag: 'secret', val: 'access-token' }] },
    header('user-agent', PROGRAM),
  ];
  if (type !== undefined) headers.push(header('content-type', type));
  const nothing: Content = { tag: 'bytes', val: new Uint8Array() };
  return { method, url: [{ tag: 'text', val: url }], headers, body: body ?? nothing, timeoutMs: null };
}

/** The id of the phone number that the channel sends from. */
export function phoneNumberId(): string {
  const id = text(hospes.config.get('phone-number-id'));
  if (id !== '') return id;
  throw new hospes.HospesError('invalid', 'Nothing can be sent: set `phone-number-id` (App Dashboard, WhatsApp, API set-up).');
}

/** An address of the Cloud API. */
export function address(path: string): string {
  const base = text(hospes.config.get('api-url')).replace(/\/+$/, '');
  return `${base}/${text(hospes.config.get('api-version'))}/${path}`;
}

/** Sends JSON and returns what was answered; an error where it failed. */
export function post(path: string, body: Json): Json {
  const content: Content = { tag: 'bytes', val: hospes.bytes(JSON.stringify(body)) };
  return send(request('POST', address(path), content, 'application/json'));
}

/** Sends a request and returns the JSON of its answer; an error where it failed. */
export function send(given: Request): Json {
  const response = hospes.http.send(given);
  let answer: Json = {};
  try {
    answer = object(hospes.json(response.body));
  } catch {
    // Between us and WhatsApp may be others, whose answers aren't JSON: the status says enough.
  }
  if (response.status < 200 || response.status >= 300 || answer.error !== undefined) {
    throw failure.ofResponse(response.status, answer);
  }
  return answer;
}
