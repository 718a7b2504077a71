// `channel-send`: answers go out by the app.

import * as hospes from 'hospes';
import type { ChannelSend } from 'hospes';

import { text } from './message';
import { good, post } from './shop';

export const channelSend: ChannelSend = {
  send(message) {
    if (message.attachments.length > 0) {
      throw new hospes.HospesError('unsupported', 'The app shows no files: send a link instead.');
    }
    const buttons = message.choices.map(({ label, value }) => ({ label, value }));
    const body = { to: message.conversation, text: message.text, buttons };
    // An attempt may have arrived although its answer didn't: the id stays the same over all of them.
    const request = post('token', 'https://radwerk.example.com/messages', message.id, body);
    const answer = hospes.json(good(hospes.http.send(request)).body);
    return { externalId: text(answer, 'id') };
  },

  start(request) {
    const account = request.recipient.find((identity) => identity.scheme === 'radwerk');
    if (!account) throw new hospes.HospesError('unsupported', 'This customer has no account.');
    return { conversation: account.value };
  },
};
