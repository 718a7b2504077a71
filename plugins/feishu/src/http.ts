// Requests to Feishu's or Lark's Open Platform.

import * as hospes from 'hospes';
import type { Content, RequestHeader, Response } from 'hospes:plugin/http@0.1.0';

import { notJson, unsent } from './failure';
import { type Json, number, object, string } from './json';
import { type Language, text } from './texts';

/** How long one request may take; what is longer is tried again later. */
const TIMEOUT_MS = 10_000;

/** What was answered. */
export interface Answer {
  status: number;
  /** Feishu's own code: 0 is good. */
  code: number;
  /** What Feishu says of it. */
  message: string;
  /** For how many seconds to wait, where the answer says so. */
  wait: number | undefined;
  body: Json;
}

/** The service's address, without a slash at its end. */
export function baseUrl(): string {
  return string(hospes.config.get('api-url')).replace(/\/+$/, '');
}

/** The app's id; where a language is given, an error when there is none. */
export function appId(language?: Language): string {
  const id = string(hospes.config.get('app-id'));
  if (id === '' && language !== undefined) throw new hospes.HospesError('denied', text(language, 'noAppId'));
  return id;
}

/** Posts to a path and reads the answer; an error where it isn't Feishu's. */
export function call(path: string, body: Content, language: Language, token?: string): Answer {
  const header = (name: string, val: string): RequestHeader => ({ name, value: [{ tag: 'text', val }] });
  const headers = [header('content-type', 'application/json; charset=utf-8')];
  if (token !== undefined) headers.push(header('authorization', `Bearer ${token}`));
  const url = [{ tag: 'text' as const, val: `${baseUrl()}${path}` }];
  let response: Response;
  try {
    response = hospes.http.send({ method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    throw unsent(error, language);
  }
  return read(response, language);
}

/** What was answered; an error where it isn't Feishu's answer. */
function read(response: Response, language: Language): Answer {
  const named = (name: string) => response.headers.find((one) => one.name.toLowerCase() === name)?.value;
  const wait = number(named('x-ogw-ratelimit-reset')) ?? number(named('retry-after'));
  const body = parse(response.body);
  const code = number(body.code);
  if (code === undefined) throw notJson(response.status, wait, language);
  return { status: response.status, code, message: string(body.msg), wait, body };
}

/** The JSON of a body; an empty object where it is something else: what stands between here and Feishu answers in HTML. */
function parse(body: Uint8Array): Json {
  try {
    return object(hospes.json(body));
  } catch {
    return {};
  }
}
