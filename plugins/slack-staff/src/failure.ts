// What Slack's errors mean: final or not, and what to do. The words are those of the references of `chat.postMessage` and
// `users.lookupByEmail`; the README names the pages.

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

const MEANINGS = new Map<string, Meaning>();
const define = (words: string, code: string, advice: Advice, retryAfterMs?: number) =>
  words.split(' ').forEach((word) => MEANINGS.set(word, { code, advice, retryAfterMs }));

define('ratelimited rate_limited', 'unavailable', 'busy', 30 * SECOND);
define('message_limit_exceeded', 'unavailable', 'busy', 10 * MINUTE);
define('internal_error fatal_error service_unavailable request_timeout', 'unavailable', 'down', MINUTE);
define('team_added_to_org org_login_required', 'unavailable', 'moving', 10 * MINUTE);

define('invalid_auth not_authed account_inactive token_revoked token_expired not_allowed_token_type', 'denied', 'token');
define('missing_scope no_permission', 'denied', 'scope');
define(
  'access_denied accesslimited ekm_access_denied enterprise_is_restricted team_access_not_granted two_factor_setup_required',
  'denied',
  'admin',
);
define('messages_tab_disabled', 'denied', 'messagesTab');
define('not_in_channel', 'denied', 'notInChannel');

define('users_not_found user_not_found user_disabled user_is_bot cannot_dm_bot', 'not-found', 'unknownPerson');
define('channel_not_found duplicate_channel_not_found', 'not-found', 'unknownChannel');
define('is_archived', 'not-found', 'archived');
define('msg_too_long msg_blocks_too_long no_text invalid_blocks invalid_blocks_format invalid_arguments', 'invalid', 'invalid');

function meaning({ error, status }: Answer): Meaning {
  const known = MEANINGS.get(error);
  if (known !== undefined) return known;
  // `restricted_action`, `restricted_action_read_only_channel` and others: the workspace lets not everybody post there.
  if (error.startsWith('restricted_action')) return { code: 'denied', advice: 'restricted' };
  if (status === 429) return { code: 'unavailable', advice: 'busy', retryAfterMs: 30 * SECOND };
  if (status >= 500) return { code: 'unavailable', advice: 'down', retryAfterMs: MINUTE };
  return { code: 'invalid', advice: 'unknown' };
}

/** Why a message wasn't taken, or a member not found. */
export function refused(answer: Answer, language: Language): HospesError {
  const { code, advice, retryAfterMs } = meaning(answer);
  const needed = answer.needed === '' ? '' : `${text(language, 'colon')}${answer.needed}`;
  const detail = `${text(language, 'code')} ${answer.error}${needed}`;
  return new HospesError(code, detailed(language, advice, detail), wait(retryAfterMs, answer.wait));
}

/** An answer that isn't Slack's: of a proxy, a page of maintenance, a wrong address. */
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
    : new HospesError('denied', sentence('token'));
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

/** How long to wait: as the answer asks, in seconds, else what is usual. */
function wait(usual: number | undefined, asked: number | undefined): number | undefined {
  if (usual === undefined || asked === undefined || asked < 0) return usual;
  return Math.min(Math.max(Math.ceil(asked * SECOND), SECOND), LONGEST_WAIT);
}
