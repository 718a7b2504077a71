// `channel`: the app delivers what customers do by webhook.

import * as hospes from 'hospes';
import type { Channel } from 'hospes';
import type { HttpRequest } from 'hospes:plugin/channel@0.1.0';
import type { Media } from 'hospes:plugin/types@0.1.0';

import { message, text } from './message';

export const channel: Channel = {
  receive(request) {
    if (request.method !== 'POST') {
      // Lists that are empty may be left out of what is returned.
      return { answer: { status: 405, headers: [{ name: 'allow', value: 'POST' }] } };
    }
    checkSignature(request);
    const delivery = hospes.json(request.body);
    const answer = hospes.answer(200);
    switch (delivery?.type) {
      case 'message': {
        const read = message(delivery);
        if (typeof delivery.checklist === 'string') read.attachments.push(keep(delivery.checklist));
        return { answer, messages: [read] };
      }
      case 'read': {
        const at = Number.isSafeInteger(delivery.sent * 1_000) ? delivery.sent * 1_000 : 0;
        return { answer, receipts: [{ externalId: text(delivery, 'id'), status: 'read', at }] };
      }
      default: {
        // What is answered 200 is never sent again: whatever becomes no message is kept for people to see.
        const externalId = typeof delivery?.id === 'string' ? delivery.id : '';
        const detail = `The app delivered ${JSON.stringify(delivery?.type)}, which this version doesn’t know.`;
        return { answer, kept: [{ externalId, reason: 'unknown-kind', detail }] };
      }
    }
  },
};

/** Lets only the app in. The host compares, with a key that the plugin never sees. */
function checkSignature(request: HttpRequest): void {
  const digits = hospes.header(request, 'x-radwerk-signature') ?? '';
  if (!/^([0-9a-f]{2})+$/i.test(digits)) {
    throw new hospes.HospesError('denied', 'X-Radwerk-Signature is missing or isn’t hexadecimal.');
  }
  const tag = Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  // Of the body as it came: written anew it may be other bytes.
  if (!hospes.secrets.get('webhook-key').verifyHmac('sha256', request.body, tag)) {
    throw new hospes.HospesError('denied', 'X-Radwerk-Signature isn’t the body’s.');
  }
}

/** Keeps a text as a file. It has no record yet: it belongs to the message whose attachment refers to it. */
function keep(checklist: string): Media {
  const upload = hospes.attachments.create('interaction', '', 'checklist.txt', 'text/plain');
  const bytes = hospes.bytes(checklist);
  upload.append(bytes);
  return { name: 'checklist.txt', mediaType: 'text/plain', reference: upload.finish(), size: bytes.length };
}
