// Requests to Slack's Web API.

import * as hospes from 'hospes';
import type { Content, RequestHeader, Response } from 'hospes:plugin/http@0.1.0';

import { notJson, unsent } from './failure';
import { type Json, number, object, string } from './json';
import type { Language } from './texts';

/** How long one request may take; what is longer is tried again later. */
const TIMEOUT_MS = 10_000;

/** What was answered. */
export interface Answer {
  status: number;
  /** Slack's word for what went wrong; empty when all is well. */
  error: string;
  /** The permission that the token lacks, where Slack names it. */
  needed: string;
  /** For how many seconds to wait, where the answer says so. */
  wait: number | undefined;
  body: Json;
}

/** Calls a method by GET; `query` begins behind the question mark. */
export function get(method: string, query: string, language: Language): Answer {
  return call('GET', `${method}?${query}`, { tag: 'bytes', val: new Uint8Array() }, language);
}

/** Calls a method by POST. */
export function post(method: string, body: Json, language: Language): Answer {
  return call('POST', method, { tag: 'bytes', val: hospes.bytes(JSON.stringify(body)) }, language);
}

function call(method: string, path: string, body: Content, language: Language): Answer {
  const base = string(hospes.config.get('api-url')).replace(/\/+$/, '');
  const url = [{ tag: 'text' as const, val: `${base}/api/${path}` }];
  const headers: RequestHeader[] = [
    { name: 'authorization', value: [{ tag: 'text', val: 'Bearer ' }, { tag: 'secret', val: 'bot-token' }] },
  ];
  if (method === 'POST') {
    headers.push({ name: 'content-type', value: [{ tag: 'text', val: 'application/json; charset=utf-8' }] });
  }
  let response: Response;
  try {
    response = hospes.http.send({ method, url, headers, body, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    throw unsent(error, language);
  }
  return read(response, language);
}

/** What was answered; an error where it isn't Slack's answer. */
function read(response: Response, language: Language): Answer {
  const wait = number(response.headers.find((one) => one.name.toLowerCase() === 'retry-after')?.value);
  const body = parse(response.body);
  if (typeof body.ok !== 'boolean') throw notJson(response.status, wait, language);
  const error = body.ok ? '' : string(body.error) || 'no word';
  return { status: response.status, error, needed: string(body.needed), wait, body };
}

/** The JSON of a body; an empty object where it is something else: what stands between here and Slack answers in HTML. */
function parse(body: Uint8Array): Json {
  try {
    return object(hospes.json(body));
  } catch {
    return {};
  }
}
