// Touches from a mini program or any app: page views, clicks, product views, orders, feedback. Here stands what the host calls.

import * as hospes from 'hospes';

import { isObject } from './src/fields.js';
import * as signature from './src/signature.js';
import * as touch from './src/touch.js';

/** Touches of one request. */
const MOST = 500;
/** What a call returns has 1 MiB at most: so much of it is a touch's frame, and its text grows by so much. */
const FRAME = 1_450;
const GROWTH = 1.3;
const ROOM = 1_000_000;
/** How long an answer's mistakes may be, in characters; the others are seen among the deliveries. */
const LONGEST_ERRORS = 6_000;

/** @type {import('hospes').Channel} */
export const channel = {
  receive(request) {
    if (request.method !== 'POST') {
      return { answer: hospes.answer(405, 'POST', [{ name: 'allow', value: 'POST' }]) };
    }
    signature.check(request, hospes.config.get('tolerance-seconds'));
    const touches = listed(request.body);
    const [settings, now] = [configured(), hospes.clock.now()];
    const messages = [];
    const kept = [];
    const errors = [];
    let named = 0;
    touches.forEach((given, index) => {
      const { message, mistakes } = touch.read(given, index, settings, now);
      if (mistakes.length === 0) {
        messages.push(message);
        return;
      }
      const detail = mistakes.map((mistake) => `${mistake.field} ${mistake.en}`).join('; ');
      kept.push({ externalId: message.externalId, reason: 'invalid-touch', detail: detail.slice(0, 400), message });
      const error = { index, id: message.externalId, mistakes };
      named += JSON.stringify(error).length;
      if (named <= LONGEST_ERRORS) errors.push(error);
    });
    const answer = { accepted: messages.length, kept: kept.length, errors };
    return { answer: hospes.answer(200, answer), messages, kept };
  },
};

/** The touches of a body. An error `invalid` where it isn't one of this channel's: then nothing of it is stored. */
function listed(body) {
  const sent = hospes.json(body);
  const touches = isObject(sent) ? sent.touches : undefined;
  if (!Array.isArray(touches)) {
    throw new hospes.HospesError('invalid', 'The body has to be an object with a list `touches`.');
  }
  if (touches.length === 0 || touches.length > MOST) {
    throw new hospes.HospesError('invalid', `/touches has ${touches.length} touches; 1 to ${MOST} are taken at once.`);
  }
  if (touches.length * FRAME + body.length * GROWTH > ROOM) {
    const detail = `${touches.length} touches with ${body.length} bytes are too much at once; send half as many.`;
    throw new hospes.HospesError('invalid', detail);
  }
  return touches;
}

function configured() {
  return {
    app: hospes.config.get('app'),
    openPlatform: hospes.config.get('open-platform'),
    memberIssuer: hospes.config.get('member-issuer'),
    vouched: hospes.config.get('vouched'),
    language: hospes.config.get('language'),
  };
}
