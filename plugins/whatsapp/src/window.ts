// The customer service window: a customer may be written to freely for 24 hours after each of their messages.

import * as hospes from 'hospes';

const DAY = 24 * 3_600 * 1_000_000;
/** Clocks differ, and WhatsApp has the last word: who is within two minutes of the end is let try. */
const LEEWAY = 120 * 1_000_000;

/** Whether the window is known to be open or closed. */
export type Window = 'open' | 'closed' | 'unknown';

/**
 * Whether a conversation's window is open, by its latest message (`last_received`, an external id). Unknown where the host
 * isn't allowed to say, and where the customer's latest touch is none that opens a window.
 */
export function of(lastReceived: string): Window {
  if (lastReceived === '') return 'unknown';
  let found;
  try {
    const condition = { field: 'external_id', comparison: 'equal' as const, value: hospes.value(lastReceived) };
    const page = hospes.records.find({ kind: 'interaction', conditions: [condition], limit: 10, cursor: null });
    found = page.items.map((item) => hospes.object(item.attributes));
  } catch (error) {
    hospes.log.debug('the latest message of the conversation can’t be read', { error: String(error) });
    return 'unknown';
  }
  const touches = found.filter((one) => one.kind !== 'note' && one.occurred_at instanceof Date);
  const times = touches.map((one) => hospes.timestamp(one.occurred_at));
  if (times.length === 0) return 'unknown';
  return hospes.clock.now() - Math.max(...times) > DAY + LEEWAY ? 'closed' : 'open';
}
