// WhatsApp Business (Cloud API) as a channel. Here stands what the host calls; what webhooks, messages and errors mean stands
// in the modules.

/// <reference path="./hospes.d.ts" />

import * as hospes from 'hospes';
import type { Channel, ChannelMedia, ChannelSend } from 'hospes';

import * as failure from './src/failure';
import * as files from './src/files';
import * as graph from './src/graph';
import { type Json, list, object, text } from './src/json';
import type { Language } from './src/labels';
import * as outgoing from './src/outgoing';
import { isPhone, isUserId } from './src/person';
import * as template from './src/template';
import { checkSignature, handshake } from './src/verification';
import * as webhook from './src/webhook';
import * as window from './src/window';

export const channel: Channel = {
  receive(request) {
    if (request.method === 'GET') return { answer: handshake(request.query) };
    if (request.method !== 'POST') {
      return { answer: hospes.answer(405, 'GET or POST', [{ name: 'allow', value: 'GET, POST' }]) };
    }
    checkSignature(request);
    const phoneNumberId = text(hospes.config.get('phone-number-id'));
    const where = { phoneNumberId, language: language(), now: hospes.clock.now() };
    return { answer: hospes.answer(200), ...webhook.read(object(hospes.json(request.body)), where) };
  },
};

export const channelSend: ChannelSend = {
  send(message) {
    const attributes = hospes.object(message.attributes);
    const to = outgoing.recipient(message.conversation);
    const path = `${graph.phoneNumberId()}/messages`;
    const steps = plan(message, attributes);
    const answered = text(attributes.in_reply_to);
    const ids = steps.map((step, index) => {
      // Only messages have such ids; calls and notes can't be answered.
      const context = index === 0 && answered.startsWith('wamid.') ? { context: { message_id: answered } } : {};
      return sentId(graph.post(path, { ...to, ...context, ...step.body }));
    });
    const main = steps.findIndex((step) => step.isMain);
    const more = ids.length > 1 ? { message_ids: ids } : {};
    return { externalId: ids[main] ?? '', attributes: hospes.attributes(more) };
  },

  start(request) {
    const account = request.recipient.find((known) => known.scheme === 'whatsapp' && isAccount(known.value));
    const phones = request.recipient.filter((known) => known.scheme === 'phone');
    const phone = phones.map((known) => known.value.replace(/^\+/, '')).find(isPhone);
    const conversation = account?.value ?? phone;
    if (conversation === undefined) {
      throw new hospes.HospesError('unsupported', 'This customer has neither a WhatsApp account nor a phone number here.');
    }
    return { conversation };
  },
};

export const channelMedia: ChannelMedia = {
  fetch: (media) => files.source(media),
};

/** The language of lines that stand for what has no words. */
function language(): Language {
  return hospes.config.get('language') === 'en' ? 'en' : 'zh-CN';
}

/** Whether an identity is one that can be written to. */
function isAccount(value: string): boolean {
  return isPhone(value) || isUserId(value);
}

/** What to send: the template that is named; outside the window the fallback; else the message itself. */
function plan(message: Parameters<ChannelSend['send']>[0], attributes: Record<string, unknown>): outgoing.Step[] {
  const named = template.named(attributes, message.choices);
  if (named !== undefined) return outgoing.template(named);
  const lastReceived = text(attributes.last_received);
  const state = window.of(lastReceived);
  if (state === 'closed' || lastReceived === '') {
    const fallback = message.attachments.length === 0 ? template.fallback(message.text, message.choices) : undefined;
    if (fallback !== undefined) return outgoing.template(fallback);
    if (state === 'closed') throw new hospes.HospesError('outside-window', `${failure.CLOSED_WINDOW}.`);
  }
  return outgoing.plan(message, language(), files.place);
}

/** The id of a message that WhatsApp has taken. */
function sentId(answer: Json): string {
  const id = text(object(list(answer.messages)[0]).id);
  if (id === '') throw new hospes.HospesError('failed', 'WhatsApp took the message, but its answer names no id.');
  return id;
}
