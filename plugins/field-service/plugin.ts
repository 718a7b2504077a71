// Field service: engineers' visits to customers' sites. Here stands what the host calls; what it does stands in the modules.

/// <reference path="./hospes.d.ts" />

import * as hospes from 'hospes';
import type { Hooks, Panel, Schedule, Tools } from 'hospes';

import * as events from './src/events';
import * as forms from './src/forms';
import * as settings from './src/settings';
import * as timers from './src/timers';
import { call } from './src/tools';
import { render } from './src/panel';
import { spoken } from './src/texts';

type Context = Parameters<Panel['render']>[0];

const now = () => Math.floor(hospes.clock.now() / 1_000);
const language = (context: Context) => spoken(context.language) ?? settings.language();

/** The record whose page it is, with what visits take from it. */
function subject({ subject }: Context): forms.Subject {
  if (subject === null || subject === undefined) throw new hospes.HospesError('invalid', 'the panel belongs to a record');
  const { kind, id } = subject;
  const fields = hospes.object(subject.attributes);
  const isTicket = kind === 'ticket';
  return { kind, id, customer: isTicket ? String(fields.customer_id ?? '') : id, subject: isTicket ? String(fields.subject ?? '') : '' };
}

export const hooks: Hooks = {
  onEvent: (event) => events.react(event),
};

export const schedule: Schedule = {
  run(name) {
    timers.TIMES[name]?.(now());
  },
};

export const panel: Panel = {
  render: (context) => render(subject(context), language(context)),

  act({ context, name, parameters }) {
    forms.act(name, hospes.object(parameters), subject(context), now(), language(context));
    // Drawn anew by the host, with what was written.
    return [];
  },
};

export const tools: Tools = {
  call,
};
