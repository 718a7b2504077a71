// A message as the app writes it, which comes by webhook and by polling.

import * as hospes from 'hospes';
import type { Message } from 'hospes:plugin/channel@0.1.0';

/** A field that has to be a text. */
export function text(object: any, field: string): string {
  const value = object?.[field];
  if (typeof value !== 'string') throw new hospes.HospesError('invalid', `${field} is missing, or no text.`);
  return value;
}

/** The message as the host takes it. Fields that aren't read are left alone, so that the app may grow. */
export function message(read: any): Message {
  const [id, from] = [text(read, 'id'), text(read, 'from')];
  // The host would keep these as `no-id` and `no-sender`; the app should know that it has a fault.
  if (id === '' || from === '') {
    throw new hospes.HospesError('invalid', 'A message needs an id and somebody whom it is from.');
  }
  if (!Number.isSafeInteger(read.sent * 1_000)) throw new hospes.HospesError('invalid', 'sent is no time.');
  // The app vouches for its accounts. A frame number is what somebody typed.
  const sender = [{ scheme: 'radwerk', issuer: '', value: from, attested: true }];
  if (typeof read.frame === 'string') {
    sender.push({ scheme: 'bike-frame', issuer: '', value: read.frame, attested: false });
  }
  const photo = { name: 'photo.jpg', mediaType: 'image/jpeg', reference: read.photo };
  return {
    externalId: id,
    conversation: from,
    kind: 'message',
    sender,
    sentAt: read.sent * 1_000,
    text: text(read, 'text'),
    attachments: typeof read.photo === 'string' ? [photo] : [],
    attributes: typeof read.name === 'string' ? hospes.attributes({ name: read.name }) : [],
  };
}
