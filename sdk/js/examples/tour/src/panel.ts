// `panel`: a customer's stamps, with a button for one more and a form for a reminder.

import * as hospes from 'hospes';
import type { Panel } from 'hospes';
import type { Context, Input } from 'hospes:plugin/panel@0.1.0';
import type { Entity } from 'hospes:plugin/types@0.1.0';

import { isChinese } from './shop';

export const panel: Panel = {
  /** Says what is to be drawn; the host draws it, so that no script of a plugin reaches a browser. */
  render(context) {
    const customer = customerOf(context);
    const stamps = hospes.kv.fetch(key(customer)) ?? 0;
    const [heading, title, add, remind, what, days] = isChinese(context.language)
      ? (['轮行', '积点', '加一个积点', '提醒', '事项', '几天后'] as const)
      : (['Radwerk', 'Stamps', 'Add a stamp', 'Remind', 'What', 'In how many days'] as const);
    const input = (name: string, label: string, kind: Input['kind'], required: boolean) =>
      ({ name, label, kind, required, value: { tag: 'none' } as const });
    return [
      { tag: 'heading', val: heading },
      { tag: 'fields', val: hospes.attributes({ [title]: stamps }) },
      { tag: 'buttons', val: [{ name: 'stamp', label: add }] },
      {
        tag: 'form',
        val: {
          name: 'remind',
          label: remind,
          inputs: [input('what', what, 'text', true), input('days', days, 'integer', false)],
        },
      },
    ];
  },

  act({ context, name, parameters }) {
    const customer = customerOf(context);
    if (name === 'stamp') hospes.kv.increment(key(customer), 1);
    else if (name === 'remind') remind(customer, hospes.object(parameters));
    else throw new hospes.HospesError('not-found', `There is no button “${name}”.`);
    // With nothing in it, the host draws the panel anew, when what was written is there.
    return [];
  },
};

function customerOf({ place, subject }: Context): Entity {
  if (place === 'customer' && subject) return subject;
  throw new hospes.HospesError('invalid', 'The panel is for customers’ pages.');
}

const key = (customer: Entity) => `stamps/${customer.id}`;

function remind(customer: Entity, { what, days }: Record<string, any>): void {
  if (typeof what !== 'string') throw new hospes.HospesError('invalid', 'Say what to remind of.');
  const task: Record<string, unknown> = { title: what, subject_kind: customer.kind, subject_id: customer.id };
  // An input that was left empty doesn't come at all. Its kind is sure, its size isn't.
  if (days !== undefined) {
    if (days < 0 || days > 365) throw new hospes.HospesError('invalid', 'Days are 0 to 365.');
    // A Date becomes a time of the contract; a number would become an integer.
    task.due_at = new Date(hospes.clock.now() / 1_000 + days * 86_400_000);
  }
  hospes.records.create('task', hospes.attributes(task));
}
