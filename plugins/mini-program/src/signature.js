// Who may send: the signature of Standard Webhooks (standardwebhooks.com), for which there are libraries in most languages.

import * as hospes from 'hospes';

/** Seconds since 1970, in ten digits. */
const SECONDS = /^[0-9]{10}$/;
/** An id of a request. */
const REQUEST_ID = /^[\x21-\x7e]{1,256}$/;
/** What can be signed at once has 1 MiB with id and timestamp. */
const LONGEST_BODY = 1_000_000;
/** Signatures of one request that are looked at: a sender that changes its secret sends two. */
const MOST_SIGNATURES = 5;

/**
 * Checks `webhook-signature`: one of its parts is `v1,` and the base64 of the HMAC-SHA256 of id, timestamp and body, joined by
 * dots. A request whose time is further away from now than the tolerance is refused, so that a recorded one can't be sent later.
 *
 * @param {import('hospes:plugin/channel@0.1.0').HttpRequest} request
 * @param {number} tolerance in seconds
 * @throws {hospes.HospesError} `denied`
 */
export function check(request, tolerance) {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => {
    const value = hospes.header(request, `webhook-${name}`)?.trim() ?? '';
    if (value === '') throw denied(`The header webhook-${name} is missing.`);
    return value;
  });
  if (!REQUEST_ID.test(id)) throw denied('The header webhook-id has to be 1 to 256 signs without blanks.');
  if (!SECONDS.test(timestamp)) throw denied('The header webhook-timestamp has to be seconds since 1970.');
  const seconds = hospes.clock.now() / 1_000_000;
  if (Math.abs(seconds - Number(timestamp)) > tolerance) {
    throw denied(`The request's time is more than ${tolerance} seconds away from now; check the sender's clock.`);
  }
  if (request.body.length > LONGEST_BODY) {
    const detail = `The body has ${request.body.length} bytes; ${LONGEST_BODY} are the most. Send fewer touches at once.`;
    throw new hospes.HospesError('invalid', detail);
  }
  const signed = joined(hospes.bytes(`${id}.${timestamp}.`), request.body);
  const key = secret();
  const isRight = signatures.split(/\s+/).slice(0, MOST_SIGNATURES).some((signature) => {
    const tag = decoded(signature);
    return tag !== undefined && key.verifyHmac('sha256', signed, tag);
  });
  if (!isRight) throw denied('webhook-signature isn’t the signature of this request with the secret `signing-secret`.');
}

/** The secret; an error that tells the operator what to set where there is none. */
function secret() {
  try {
    return hospes.secrets.get('signing-secret');
  } catch (error) {
    throw denied(`Nobody can be let in: ${error.payload?.message ?? error}`);
  }
}

function denied(message) {
  return new hospes.HospesError('denied', message);
}

function joined(head, body) {
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The 32 bytes of `v1,BASE64`; undefined where it is something else. */
function decoded(signature) {
  const text = /^v1,([A-Za-z0-9+/]{43})=$/.exec(signature)?.[1];
  if (text === undefined) return undefined;
  const bits = [...text].map((digit) => DIGITS.indexOf(digit));
  return new Uint8Array(32).map((_, place) => {
    const [first, offset] = [Math.floor((place * 8) / 6), (place * 8) % 6];
    const pair = (bits[first] << 6) | bits[first + 1];
    return (pair >> (4 - offset)) & 0xff;
  });
}
