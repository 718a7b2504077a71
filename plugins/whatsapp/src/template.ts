// Template messages: approved by WhatsApp beforehand, and the only ones that may go out when a customer hasn't written for
// 24 hours.

import * as hospes from 'hospes';
import type { Choice } from 'hospes:plugin/channel-send@0.1.0';

import { type Json, list, object, text } from './json';

/** Quick-reply buttons that a template has at most. */
const MOST_BUTTONS = 10;

/**
 * The template that a message's attributes name; undefined where they name none.
 *
 * `template` is its name, or the whole object as the Cloud API takes it. With a name, `template_language` is the language that it
 * was approved in (`zh_CN`), and `template_arguments` fills its body: a list for `{{1}}`, `{{2}}`; an object for `{{name}}`.
 */
export function named(attributes: Record<string, unknown>, choices: Choice[]): Json | undefined {
  const given = attributes.template;
  if (given === undefined || given === null || given === '') return undefined;
  const whole = object(given);
  const name = text(given) || text(whole.name);
  if (name === '') {
    throw new hospes.HospesError('invalid', 'The attribute `template` is neither a template’s name nor an object with one.');
  }
  if (whole.name !== undefined && whole.language !== undefined) return whole;
  const components = [...list(whole.components), ...body(attributes.template_arguments), ...buttons(choices)];
  return make(name, text(attributes.template_language), components);
}

/** The template of the setting `fallback-template`, whose only parameter is the text; undefined where it isn't set. */
export function fallback(message: string, choices: Choice[]): Json | undefined {
  const name = text(hospes.config.get('fallback-template'));
  return name === '' ? undefined : make(name, '', [...body([message]), ...buttons(choices)]);
}

function make(name: string, language: string, components: unknown[]): Json {
  const code = (language || text(hospes.config.get('template-language'))).replace(/-/g, '_');
  return { name, language: { code }, ...(components.length > 0 ? { components } : {}) };
}

/** The body's parameters. WhatsApp refuses line breaks, tabs and rows of blanks in them. */
function body(given: unknown): Json[] {
  const shown = (value: unknown) => text(typeof value === 'boolean' ? String(value) : value).replace(/\s+/g, ' ');
  const parameters = Array.isArray(given)
    ? given.map((value) => ({ type: 'text', text: shown(value) }))
    : Object.entries(object(given)).map(([name, value]) => ({ type: 'text', parameter_name: name, text: shown(value) }));
  if (parameters.some((parameter) => parameter.text === '')) {
    throw new hospes.HospesError('invalid', 'An argument of the template is empty; WhatsApp takes no empty parameters.');
  }
  return parameters.length === 0 ? [] : [{ type: 'body', parameters }];
}

/** What the template's quick-reply buttons send back, in their order. */
function buttons(choices: Choice[]): Json[] {
  return choices.filter((choice) => choice.value !== '').slice(0, MOST_BUTTONS).map((choice, index) => ({
    type: 'button',
    sub_type: 'quick_reply',
    index: String(index),
    parameters: [{ type: 'payload', payload: choice.value }],
  }));
}
