// `tools`: functions that people, automations and language models call. What they take and return is declared in the
// manifest, and the host holds both sides to it.

import * as hospes from 'hospes';
import type { Tools } from 'hospes';

import { isChinese } from './shop';

const PRICES: Record<string, string> = { brakes: '39.00', chain: '24.50' };

/** So much of a checklist is read. */
const LONGEST = 64 * 1024;

export const tools: Tools = {
  call(name, input) {
    const given = hospes.json(input);
    switch (name) {
      case 'price':
        return JSON.stringify(price(given.job));
      case 'hand-over':
        return JSON.stringify(handOver(given.ticket));
      case 'checklist':
        return JSON.stringify(checklist(given.file));
      default:
        throw new hospes.HospesError('not-found', `There is no tool “${name}”.`);
    }
  },
};

function price(job: string) {
  if (!Object.hasOwn(PRICES, job)) {
    const known = Object.keys(PRICES).join(' and ');
    throw new hospes.HospesError('not-found', `There is no price for “${job}”; there are ${known}.`);
  }
  return { amount: PRICES[job], currency: 'CNY', job };
}

/** Tells the customer that the bicycle is ready, and notes it wherever somebody will look. All of it happens or none. */
function handOver(id: string) {
  const ticket = hospes.records.get('ticket', id);
  const fields = hospes.object(ticket.attributes);
  const chinese = isChinese(fields.language);
  if (!fields.conversation_id) throw new hospes.HospesError('invalid', 'The ticket has no conversation.');
  const ready = chinese ? '您的车修好了，随时可取。' : 'Your bicycle is ready.';
  const message = hospes.records.message(fields.conversation_id, ready, []);
  // With the version that it was read at: if somebody has changed the ticket meanwhile, the call runs again.
  hospes.records.update('ticket', id, ticket.version, hospes.attributes({ priority: 'low' }));
  const title = chinese ? '等客户取车' : 'Wait for the customer';
  const task = hospes.records.create(
    'task',
    hospes.attributes({ title, subject_kind: 'ticket', subject_id: id }),
  );
  // The task's id is known although it is stored only when the call has succeeded.
  hospes.records.link('task', task, 'about', 'ticket', id);
  if (fields.customer_id) hospes.records.tag('customer', fields.customer_id, ['pick-up'], []);
  return { message, task };
}

/** A file comes in chunks, so that it never has to fit into the sandbox as a whole. */
function checklist(id: string) {
  const file = hospes.attachments.open(id);
  const bytes = new Uint8Array(Math.min(file.size(), LONGEST));
  let filled = 0;
  while (filled < bytes.length) {
    const chunk = file.read(filled, Math.min(16 * 1024, bytes.length - filled));
    if (chunk.length === 0) break;
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return { text: hospes.text(bytes.subarray(0, filled)) };
}
