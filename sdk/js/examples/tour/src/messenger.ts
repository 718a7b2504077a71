// `messenger`: the staff reads what happened in the workshop's app.

import * as hospes from 'hospes';
import type { Messenger } from 'hospes';

import { good, post } from './shop';

type Notification = Parameters<Messenger['deliver']>[0][number];

export const messenger: Messenger = {
  deliver: (notifications) =>
    notifications.map((notification) => ({ notification: notification.id, reference: '', failure: deliverOne(notification) })),
};

// What the app refuses is this notification's own failure; that nothing could be sent at all is the whole call's.
function deliverOne({ id, address, text, url }: Notification) {
  if (address === '') return { code: 'not-found', message: 'Enter your account in the app in your settings.' };
  const body = { to: address, text: `${text} ${url}`.trim() };
  const response = hospes.http.send(post('token', 'https://radwerk.example.com/messages', id, body));
  try {
    good(response);
  } catch (error) {
    return hospes.errorOf(error);
  }
}
