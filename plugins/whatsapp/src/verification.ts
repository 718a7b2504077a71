// Lets only WhatsApp in: the handshake when the webhook is set up, and the signature of each delivery.

import * as hospes from 'hospes';
import type { HttpAnswer, HttpRequest } from 'hospes:plugin/channel@0.1.0';

/** The secret, or an error that says what to do. */
function secret(name: string, remedy: string) {
  try {
    return hospes.secrets.get(name);
  } catch (error) {
    const why = hospes.errorOf(error)?.message ?? '';
    throw new hospes.HospesError('denied', `Nobody can be let in: ${why.replace(/\.$/, '')}. ${remedy}`);
  }
}

/**
 * Answers the request by which Meta checks who owns the address (`hub.mode`, `hub.verify_token`, `hub.challenge`): it
 * wants the challenge back.
 */
export function handshake(query: string): HttpAnswer {
  const fields = hospes.form(query);
  const challenge = fields.get('hub.challenge') ?? '';
  if (fields.get('hub.mode') !== 'subscribe') {
    throw new hospes.HospesError('invalid', 'A GET request is for the webhook’s set-up and has hub.mode=subscribe.');
  }
  const token = secret('verify-token', 'The same is entered in the App Dashboard.');
  if (!token.equals(hospes.bytes(fields.get('hub.verify_token') ?? ''))) {
    throw new hospes.HospesError('denied', 'hub.verify_token isn’t the secret `verify-token`.');
  }
  // Whoever knows the token may have anything echoed; a number or word is all that is needed.
  if (!/^[\w.-]{1,256}$/.test(challenge)) {
    throw new hospes.HospesError('invalid', 'hub.challenge is missing, or is no number or word.');
  }
  return hospes.answer(200, challenge);
}

/** Checks `X-Hub-Signature-256`: the HMAC-SHA256 of the body as it came, with the app secret, in hexadecimal digits. */
export function checkSignature(request: HttpRequest): void {
  const header = hospes.header(request, 'x-hub-signature-256');
  if (header === undefined) {
    throw new hospes.HospesError('denied', 'The header X-Hub-Signature-256 is missing.');
  }
  const digits = /^\s*sha256=([0-9a-f]{64})\s*$/i.exec(header)?.[1];
  if (digits === undefined) {
    throw new hospes.HospesError('denied', 'The header X-Hub-Signature-256 isn’t sha256= and 64 hexadecimal digits.');
  }
  const tag = new Uint8Array(32).map((_, place) => parseInt(digits.slice(2 * place, 2 * place + 2), 16));
  const key = secret('app-secret', 'It is the app’s secret (App Dashboard, App settings, Basic).');
  if (!key.verifyHmac('sha256', request.body, tag)) {
    throw new hospes.HospesError('denied', 'X-Hub-Signature-256 isn’t the body’s signature with the secret `app-secret`.');
  }
}
