// Changes of other fields than messages and calls. Nobody writes anything by them, so they are kept with a sentence for people.

import type { Returned } from 'hospes';
import type { Message } from 'hospes:plugin/channel@0.1.0';

import * as content from './content';
import { join, type Json, list, object, text } from './json';
import { type Around, keep, type NewKept, time } from './message';
import { sender, thread } from './person';

type Notice = { kept: NewKept };

/** Fields of which nothing follows here, and what they are about. */
const ABOUT: Record<string, string> = {
  account_alerts: 'an alert about the account',
  account_review_update: 'the account was reviewed',
  account_settings_update: 'settings of the phone number changed',
  account_update: 'the account changed',
  business_capability_update: 'limits of the account changed',
  business_status_update: 'the business changed',
  business_username_update: 'the user name of the business changed',
  flows: 'a flow changed',
  group_lifecycle_update: 'a group was made or deleted',
  group_participants_update: 'participants of a group changed',
  group_settings_update: 'settings of a group changed',
  group_status_update: 'a group was suspended or is free again',
  message_template_components_update: 'parts of a template changed',
  message_template_quality_update: 'the quality of a template changed',
  message_template_status_update: 'the approval of a template changed',
  partner_solutions: 'a partner solution changed',
  payment_configuration_update: 'a payment configuration changed',
  phone_number_name_update: 'the display name of the phone number was reviewed',
  phone_number_quality_update: 'the limit or the quality of the phone number changed',
  security: 'a security setting of the phone number changed',
  smb_app_state_sync: 'contacts of the WhatsApp Business app changed',
  template_category_update: 'the category of a template changed',
  template_correct_category_detection: 'a template is in the wrong category',
  tracking_events: 'an event of an ad',
  user_id_update: 'the user id of a customer changed',
};

/** Reads a change of a field other than `messages` and `calls`. */
export function read(field: string, value: Json, around: Around): Notice[] {
  switch (field) {
    case 'smb_message_echoes':
    case 'message_echoes':
      return list(value.message_echoes).map((echo) => own(object(echo), around));
    case 'history':
      return [history(value)];
    case 'user_preferences':
      return list(value.user_preferences).map((one) => preference(object(one)));
    default:
      return [other(field, value)];
  }
}

/**
 * What the company itself wrote in the WhatsApp Business app. It is no customer's message; whoever accepts it finds it in
 * the conversation with the customer.
 */
function own(echo: Json, around: Around): Notice {
  const to = sender({ from: echo.to, from_user_id: echo.to_user_id }, []);
  const isEdit = text(echo.type) === 'edit';
  const said = content.read(isEdit ? object(object(echo.edit).message) : echo, around.language);
  const message: Returned<Message> = {
    externalId: text(echo.id),
    conversation: thread(to),
    kind: 'message',
    sentAt: time(echo.timestamp, around.now),
    text: said.text,
    attachments: said.attachments,
  };
  return keep(text(echo.id), 'own', `written in the WhatsApp Business app to ${thread(to) || 'nobody named'}`, message);
}

/** Chats from before the number was connected. */
function history(value: Json): Notice {
  const parts = list(value.history).map(object);
  const threads = parts.flatMap((part) => list(part.threads)).map(object);
  const messages = threads.reduce((sum, one) => sum + list(one.messages).length, 0);
  const metadata = object(parts[0]?.metadata);
  const place = join([
    text(metadata.phase) === '' ? '' : `phase ${text(metadata.phase)}`,
    text(metadata.chunk_order) === '' ? '' : `part ${text(metadata.chunk_order)}`,
    text(metadata.progress) === '' ? '' : `${text(metadata.progress)} % done`,
  ], ', ');
  const refused = object(list(parts[0]?.errors)[0]);
  const detail = text(refused.message) === ''
    ? `${messages} messages of ${threads.length} chats from before${place === '' ? '' : ` (${place})`}`
    : `there is no history: ${text(refused.message)}`;
  return keep('', 'history', detail);
}

/** Somebody wants no marketing messages, or wants them again. */
function preference(value: Json): Notice {
  const who = text(value.wa_id) || text(value.user_id) || 'somebody';
  return keep('', 'service-notice', `${who}: ${text(value.category)} ${text(value.value)}: ${text(value.detail)}`);
}

function other(field: string, value: Json): Notice {
  const about = ABOUT[field];
  if (about === undefined) {
    return keep('', 'unknown-kind', `a change of the field "${field}", of which nothing follows here`);
  }
  const facts = ['event', 'message_template_name', 'message_template_language', 'reason', 'display_phone_number',
    'current_limit', 'decision', 'alert_type', 'alert_description', 'new_category', 'new_quality_score'];
  const said = facts.map((name) => text(value[name])).filter((one) => one !== '' && one !== 'NONE');
  return keep('', 'service-notice', said.length === 0 ? about : `${about}: ${said.join(', ')}`);
}
