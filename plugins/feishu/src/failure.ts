// What Feishu's errors mean: final or not, and what to do. The codes are those of the reference of "Send message" and of the
// platform's list of general error codes; the README names the pages.

import { HospesError, errorOf, log } from 'hospes';

import type { Answer } from './http';
import { type Advice, type Language, detailed, text } from './texts';

/** Why a notification didn't arrive. */
export interface Failure {
  code: string;
  message: string;
  retryAfterMs?: number;
}

interface Meaning {
  code: string;
  advice: Advice;
  /** How long to wait, in milliseconds, where trying again helps. */
  retryAfterMs?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A wait that a header asks for is believed up to this. */
const LONGEST_WAIT = 60 * MINUTE;

/** The token is missing, expired or not known any more. */
export const TOKEN_CODES = new Set([99991661, 99991663, 99991664, 99991668, 99991671]);

const MEANINGS = new Map<number, Meaning>();
const define = (codes: number[], code: string, advice: Advice, retryAfterMs?: number) =>
  codes.forEach((one) => MEANINGS.set(one, { code, advice, retryAfterMs }));

define([99991400, 230020], 'unavailable', 'busy', MINUTE);
define([230049], 'unavailable', 'sending', 10 * SECOND);
define([230101], 'unavailable', 'down', 10 * MINUTE);
define([...TOKEN_CODES], 'unavailable', 'tokenRefused', MINUTE);

define([99991672, 230027], 'denied', 'scope');
define([230006, 234007], 'denied', 'noBot');
define([99991401], 'denied', 'ipAddress');
define([99991403], 'denied', 'quota');
define([99991662, 99991673], 'denied', 'appOff');
define([230036], 'denied', 'admin');

define([230013], 'denied', 'outsideAvailability');
define([230053], 'recipient-blocked', 'blocked');
define([230029], 'not-found', 'resigned');
define([230034], 'not-found', 'unknownPerson');
define([230038], 'not-found', 'otherCompany');
define([230002, 230018, 230035, 232009], 'denied', 'group');
define([230022, 230028], 'invalid', 'content');
define([230001, 230025, 230099, 99992402], 'invalid', 'invalid');

/** Codes of ids that are none, or another app's or company's. */
const FIRST_ID_CODE = 99992351;
const LAST_ID_CODE = 99992364;

function meaning({ code, message, status }: Answer): Meaning {
  if (code >= FIRST_ID_CODE && code <= LAST_ID_CODE) return { code: 'not-found', advice: 'unknownPerson' };
  // 230001 is any wrong parameter; what was wrong stands in its text.
  if (code === 230001 && /receive_id/i.test(message)) return { code: 'not-found', advice: 'unknownPerson' };
  const known = MEANINGS.get(code);
  if (known !== undefined) return known;
  if (status === 429) return { code: 'unavailable', advice: 'busy', retryAfterMs: MINUTE };
  if (status >= 500) return { code: 'unavailable', advice: 'down', retryAfterMs: MINUTE };
  return { code: 'invalid', advice: 'unknown' };
}

/** Why a message wasn't taken. */
export function refused(answer: Answer, language: Language): HospesError {
  const { code, advice, retryAfterMs } = meaning(answer);
  return new HospesError(code, explained(answer, advice, language), wait(retryAfterMs, answer.wait));
}

/** Why there is no token. Whatever isn't a passing trouble is a matter of the app's id and secret. */
export function credentialsRefused(answer: Answer, language: Language): HospesError {
  const known = refused(answer, language);
  if (known.code === 'unavailable' || answer.code === 99991401) return known;
  return new HospesError('denied', explained(answer, 'credentials', language));
}

/** An answer that isn't Feishu's: of a proxy, a page of maintenance, a wrong address. */
export function notJson(status: number, asked: number | undefined, language: Language): HospesError {
  const isFinal = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  const sentence = detailed(language, isFinal ? 'wrongAddress' : status === 429 ? 'busy' : 'down', `HTTP ${status}`);
  return isFinal ? new HospesError('invalid', sentence) : new HospesError('unavailable', sentence, wait(MINUTE, asked));
}

/** Why a request got no answer at all: the host's own error, with what to do. */
export function unsent(error: unknown, language: Language): HospesError {
  const { code, message, retryAfterMs } = failureOf(error);
  const sentence = (advice: Advice) => detailed(language, advice, message);
  if (code === 'denied') return new HospesError(code, sentence('grant'));
  // A response that is too long, or one request too many in this call, is no reason to give up either.
  const isPassing = retryAfterMs !== undefined || ['unavailable', 'timed-out', 'limit-exceeded'].includes(code);
  return isPassing
    ? new HospesError('unavailable', sentence('down'), retryAfterMs ?? MINUTE)
    : new HospesError('denied', sentence('credentials'));
}

/** What was thrown, as the contract has it. */
export function failureOf(error: unknown): Failure {
  const known = errorOf(error);
  if (known !== undefined) return known;
  // A mistake of this plugin's: the others are sent all the same.
  log.error(`a notification failed: ${String(error)}`, { stack: error instanceof Error ? (error.stack ?? '') : '' });
  return { code: 'failed', message: String(error) };
}

/** Whether the notifications after this one, which go to the same person, wait or fail for the same reason. */
export function endsBatch({ code, retryAfterMs }: Failure): boolean {
  return retryAfterMs !== undefined || code === 'denied';
}

function explained({ code, message }: Answer, advice: Advice, language: Language): string {
  const words = message === '' ? '' : `${text(language, 'colon')}${message}`;
  return detailed(language, advice, `${text(language, 'code')} ${code}${words}`);
}

/** How long to wait: as the answer asks, in seconds, else what is usual. */
function wait(usual: number | undefined, asked: number | undefined): number | undefined {
  if (usual === undefined || asked === undefined || asked < 0) return usual;
  return Math.min(Math.max(Math.ceil(asked * SECOND), SECOND), LONGEST_WAIT);
}
