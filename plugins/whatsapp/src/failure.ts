// What WhatsApp's errors mean: final or not, and what to do. The codes are those of the Graph API and of the Cloud API's
// error reference (developers.facebook.com, WhatsApp Business Platform, "Error codes").

import { HospesError } from 'hospes';
import type { Error as ContractError } from 'hospes:plugin/types@0.1.0';

import { join, type Json, number, object, text } from './json';

/** What an error means: the contract's word, advice for people, and how long to wait where trying again helps. */
interface Meaning {
  code: string;
  advice: string;
  retryAfterMs?: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What to do when the customer service window is closed. */
export const CLOSED_WINDOW =
  'More than 24 hours have passed since the customer last wrote, so WhatsApp takes approved templates only: name one in ' +
  'the attribute `template`, or set `fallback-template`';

const TOKEN = 'set the secret `access-token` to a token of a system user with the permission whatsapp_business_messaging';
const ACCOUNT = 'see the account in WhatsApp Manager';
const TEMPLATE = 'compare its name, language and number of parameters with WhatsApp Manager';

const later = (wait: number, advice: string): Meaning => ({ code: 'unavailable', advice, retryAfterMs: wait });
const final = (code: string, advice: string): Meaning => ({ code, advice });

const MEANINGS = new Map<number, Meaning>();
const say = (codes: number[], meaning: Meaning) => codes.forEach((code) => MEANINGS.set(code, meaning));

// Passing troubles. A pair of sender and recipient may exchange one message every six seconds (131056).
say([1, 2, 131000, 131016, 133004, 135000], later(10 * SECOND, 'it is tried again'));
say([130429], later(5 * SECOND, 'the number sends more messages a second than it may'));
say([131056], later(10 * SECOND, 'too many messages to this customer within a short time'));
say([4, 17, 32, 613, 80007], later(MINUTE, 'the account makes more calls an hour than it may'));
say([131057, 133016], later(5 * MINUTE, 'the number is in maintenance or was registered too often'));

// The token and the account.
say([0, 190], final('denied', TOKEN));
say([3, 10, 131005], final('denied', TOKEN));
say([131045, 133010], final('denied', 'register the phone number with the Cloud API'));
say([368, 130497, 131031, 131037, 131042, 131044, 131048, 131063, 131064], final('denied', ACCOUNT));

// The customer.
say([131047], final('outside-window', CLOSED_WINDOW));
say([131026], final('undeliverable', 'the number may not be on WhatsApp, or its owner has not taken part for long'));
say([131030], final('undeliverable', 'a test number writes only to the numbers on its list'));
say([131021], final('invalid', 'the number can’t write to itself'));
say([131062], final('undeliverable', 'such a message needs the phone number, and only the user id is known'));
say([130472, 131049], final('undeliverable', 'WhatsApp holds marketing messages to this customer back; wait a day'));
say([131050], final('recipient-blocked', 'the customer doesn’t want marketing messages of this number'));
say([131053], final('invalid', 'WhatsApp takes no file of this type or size, or can’t get it from its address'));

/** Ranges that share a meaning. */
const RANGES: [first: number, last: number, meaning: Meaning][] = [
  [200, 299, final('denied', TOKEN)],
  [132000, 132099, final('invalid', TEMPLATE)],
];

function meaning(code: number): Meaning | undefined {
  return MEANINGS.get(code) ?? RANGES.find(([first, last]) => code >= first && code <= last)?.[2];
}

/** An error of WhatsApp in a sentence: its number, what it says, and what to do. */
function sentence(error: Json, advice: string): string {
  const details = text(object(error.error_data).details) || text(error.details) || text(error.error_user_msg);
  const title = text(error.message) || text(error.title);
  const said = join([title, details === title ? '' : details], ': ') || 'no description';
  return `WhatsApp's error ${text(error.code) || 'without a number'}: ${said}${advice === '' ? '' : `; ${advice}`}`;
}

/** Why a message that was sent was not delivered. It is final: WhatsApp has given up. */
export function ofReceipt(given: unknown): Required<ContractError> | null {
  const error = object(given);
  const code = number(error.code);
  if (code === undefined && text(error.title) === '' && text(error.message) === '') return null;
  const known = code === undefined ? undefined : meaning(code);
  const word = known === undefined || known.retryAfterMs !== undefined ? 'undeliverable' : known.code;
  const advice = known?.retryAfterMs === undefined ? (known?.advice ?? '') : 'send it again later';
  return { code: word, message: sentence(error, advice), retryAfterMs: null };
}

/** Why a request failed: what its answer says, else its HTTP status. */
export function ofResponse(status: number, body: Json): HospesError {
  const error = object(body.error);
  const code = number(error.code);
  // 100 is any wrong parameter; with 33 it is an address at which there is nothing for this token.
  const isMissing = code === 33 || (code === 100 && number(error.error_subcode) === 33);
  const known = isMissing
    ? final('not-found', 'compare `phone-number-id` with the App Dashboard, and whether the token may use it')
    : code === undefined ? undefined : meaning(code);
  if (known !== undefined) return new HospesError(known.code, sentence(error, known.advice), known.retryAfterMs);
  if (error.is_transient === true) return new HospesError('unavailable', sentence(error, ''), 10 * SECOND);
  if (status === 429) return new HospesError('unavailable', sentence(error, 'too many requests'), MINUTE);
  if (status === 401 || status === 403) return new HospesError('denied', sentence(error, TOKEN));
  const said = code === undefined ? `WhatsApp answered with HTTP ${status} and no error of its own` : sentence(error, '');
  return new HospesError(status >= 400 && status < 500 ? 'invalid' : 'unavailable', said);
}
