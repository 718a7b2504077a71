// Notifies people who work here by Slack. Here stands what the host calls; addresses, messages, members and errors stand in
// the modules.

/// <reference path="./hospes.d.ts" />

import * as hospes from 'hospes';
import type { Messenger } from 'hospes';
import type { Notification, Receipt } from 'hospes:plugin/messenger@0.1.0';

import { recipient } from './src/address';
import { send } from './src/api';
import { attribute, languageOf } from './src/attributes';
import { type Failure, endsBatch, failureOf } from './src/failure';
import { message } from './src/message';
import { text } from './src/texts';

/** After so long no further notification is begun: a call that runs out of its time forgets which ones have arrived. */
const BUDGET_MICROSECONDS = 20_000_000;

export const messenger: Messenger = {
  deliver(notifications) {
    const end = hospes.clock.now() + BUDGET_MICROSECONDS;
    let halted: Failure | undefined;
    return notifications.map((notification) => {
      if (halted === undefined && hospes.clock.now() > end) halted = slow(notification);
      if (halted !== undefined) return receipt(notification, '', halted);
      try {
        return receipt(notification, deliverOne(notification));
      } catch (error) {
        const failure = failureOf(error);
        // What is tried again keeps its order only if nothing overtakes it.
        if (endsBatch(failure)) halted = failure;
        return receipt(notification, '', failure);
      }
    });
  },
};

/** Sends one notification; returns the message's channel and time, which is its id in Slack. */
function deliverOne(notification: Notification): string {
  const language = languageOf(notification);
  const to = recipient(notification.address, attribute(notification, 'email'), language);
  return send(to, message(notification, language), notification.id, language);
}

/** Why the rest of a batch waits when Slack is slow. */
function slow(notification: Notification): Failure {
  return { code: 'timed-out', message: text(languageOf(notification), 'slow'), retryAfterMs: 1_000 };
}

function receipt(notification: Notification, reference: string, failure: Failure | null = null): Receipt {
  return { notification: notification.id, reference, failure };
}
