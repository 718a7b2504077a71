// `channel-poll`: asks the app for messages, for workshops that no webhook can reach.

import * as hospes from 'hospes';
import type { ChannelPoll } from 'hospes';
import type { Kept, Message } from 'hospes:plugin/channel@0.1.0';

import { message } from './message';
import { app, good } from './shop';

export const channelPoll: ChannelPoll = {
  poll(cursor) {
    const request = app('GET', `/messages?after=${encodeURIComponent(cursor ?? '0')}`);
    const page = hospes.json(good(hospes.http.send(request)).body);
    if (!Array.isArray(page?.messages)) {
      throw new hospes.HospesError('invalid', 'The app’s answer has no messages.');
    }
    const messages: Message[] = [];
    const kept: Kept[] = [];
    for (const item of page.messages) {
      try {
        messages.push(message(item));
      } catch (error) {
        // One that can't be read mustn't hold up those behind it.
        const externalId = typeof item?.id === 'string' ? item.id : '';
        kept.push({ externalId, reason: 'unreadable', detail: (error as Error).message });
      }
    }
    // The cursor is stored together with the messages, so that none is lost and none comes twice.
    return { messages, kept, cursor: page.next ?? cursor, more: page.more === true };
  },
};
