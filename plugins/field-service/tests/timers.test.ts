// What time brings.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { host } from './host';
import { schedule } from '../plugin';

const ID = (number: number) => `0198c000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const CUSTOMER = ID(1);
const SETTINGS = {
  language: 'zh-CN', zone: 'Asia/Shanghai', 'missed-minutes': 60, 'maintenance-days': 14, 'maintenance-as': 'visit', 'daily-hour': 7,
  remind: true, 'remind-hour': 16,
  'reminder-zh': '{name}您好，{date}（{weekday}）{from}–{to}：{subject} {unknown}',
  'reminder-en': 'Hello {name}, {weekday} {date} {from}–{to}: {subject}',
};

beforeEach(() => {
  host.reset('2027-03-01T08:30:00Z', { ...SETTINGS });
  host.put('customer', CUSTOMER, { name: 'Wang', language: 'en-GB' });
  host.put('conversation', ID(2), { customer_id: CUSTOMER, installation_id: ID(9), last_at: new Date('2026-01-01') });
  host.put('conversation', ID(3), { customer_id: CUSTOMER, installation_id: ID(9), last_at: new Date('2027-02-01') });
  host.put('conversation', ID(4), { customer_id: CUSTOMER, last_at: new Date('2027-02-20') });
});

const at = (now: string, name = 'check') => {
  host.now = Date.parse(now);
  host.call(() => schedule.run(name, host.now * 1_000));
};
const visit = (number: number, from: string, to: string, more: object = {}) =>
  host.put('sitevisit', ID(number), { subject: '检修', state: 'planned', customer_id: CUSTOMER, window_from: new Date(from), window_to: new Date(to), ...more });
const state = (number: number) => host.all('sitevisit').find((one) => one.id === ID(number))?.state;

test('a visit that nobody set out for is missed after its window, with one task', () => {
  visit(10, '2027-03-01T01:00:00Z', '2027-03-01T03:00:00Z');
  visit(11, '2027-03-01T01:00:00Z', '2027-03-01T03:00:00Z', { state: 'on-the-way' });
  visit(12, '2027-03-01T01:00:00Z', '2027-03-01T03:00:00Z', { state: 'done' });
  visit(13, '2026-01-01T01:00:00Z', '2026-01-01T03:00:00Z', { state: 'confirmed' });
  at('2027-03-01T03:59:00Z');
  assert.equal(state(10), 'planned');
  at('2027-03-01T04:07:00Z');
  at('2027-03-01T05:07:00Z');
  assert.deepEqual([10, 11, 12, 13].map(state), ['missed', 'on-the-way', 'done', 'confirmed']);
  assert.deepEqual(host.all('task').map((task) => [task.title, task.subject_kind, task.tags]), [['重新安排上门：检修', 'customer', ['visit-missed']]]);
});

test('the customer is reminded once on the day before, in their language, where they wrote last by a channel', () => {
  visit(10, '2027-03-02T01:00:00Z', '2027-03-02T03:00:00Z');
  at('2027-03-01T07:12:00Z', 'remind');
  assert.equal(host.messages.length, 0, 'it is 15:12 there');
  at('2027-03-01T08:12:00Z', 'remind');
  at('2027-03-01T09:12:00Z', 'remind');
  assert.deepEqual(host.messages, [{ conversation: ID(3), text: 'Hello Wang, Tuesday 2027-03-02 09:00–11:00: 检修' }]);
  // Moved to another day, it is another visit for the customer.
  visit(10, '2027-03-05T01:00:00Z', '2027-03-05T03:00:00Z');
  at('2027-03-04T08:12:00Z', 'remind');
  assert.equal(host.messages.length, 2);
});

test("the site's clock says what the day before is", () => {
  visit(10, '2027-03-02T01:00:00Z', '2027-03-02T03:00:00Z', { zone: 'America/New_York' });
  at('2027-03-01T08:12:00Z', 'remind');
  assert.equal(host.messages.length, 0, 'there it is the first at three in the morning, and the visit is on the first');
  visit(11, '2027-03-02T15:00:00Z', '2027-03-02T16:00:00Z', { zone: 'America/New_York' });
  at('2027-03-01T21:12:00Z', 'remind');
  assert.match(host.messages[0]?.text ?? '', /Tuesday 2027-03-02 10:00–11:00/);
});

test('nobody is reminded late in the evening, of what is cancelled, without a channel, or unasked', () => {
  visit(10, '2027-03-02T01:00:00Z', '2027-03-02T03:00:00Z');
  at('2027-03-01T13:12:00Z', 'remind');
  visit(10, '2027-03-02T01:00:00Z', '2027-03-02T03:00:00Z', { state: 'cancelled' });
  at('2027-03-01T09:12:00Z', 'remind');
  visit(10, '2027-03-02T01:00:00Z', '2027-03-02T03:00:00Z', { state: 'planned', customer_id: ID(77) });
  at('2027-03-01T09:12:00Z', 'remind');
  host.settings.remind = false;
  visit(10, '2027-03-02T01:00:00Z', '2027-03-02T03:00:00Z', { customer_id: CUSTOMER });
  at('2027-03-01T09:12:00Z', 'remind');
  assert.equal(host.messages.length, 0);
});

test('a warning goes when the other visit is gone', () => {
  visit(10, '2027-03-02T01:00:00Z', '2027-03-02T03:00:00Z', { owner_id: ID(50), warning: '与“检修”重叠' });
  visit(11, '2027-03-02T02:00:00Z', '2027-03-02T04:00:00Z', { owner_id: ID(50) });
  at('2027-03-01T08:07:00Z');
  assert.equal(host.all('sitevisit')[0]?.warning, '与“检修”重叠：2027-03-02（星期二）10:00–12:00（Asia/Shanghai）');
  host.entities = host.entities.filter((entity) => entity.id !== ID(11));
  at('2027-03-01T09:07:00Z');
  assert.equal(host.all('sitevisit')[0]?.warning, undefined);
});

const asset = (number: number, due: string, more: object = {}) =>
  host.put('service-asset', ID(number), { model: 'RO-600G', serial_number: `SN${number}`, customer_id: CUSTOMER, next_maintenance: due, ...more });

test('maintenance that is due soon is arranged once, on the morning of the company', () => {
  asset(20, '2027-03-15');
  asset(21, '2027-03-16');
  asset(22, '2026-11-30');
  at('2027-02-28T22:07:00Z');
  assert.equal(host.all('sitevisit').length, 0, 'it is six in the morning');
  at('2027-02-28T23:07:00Z');
  at('2027-03-01T05:07:00Z');
  at('2027-03-02T05:07:00Z');
  const made = host.all('sitevisit').map((one) => [one.subject, one.state, one.visit_type, one.asset_id]);
  assert.deepEqual(made, [
    ['保养到期：RO-600G SN20', 'proposed', 'maintenance', ID(20)],
    ['保养到期：RO-600G SN22', 'proposed', 'maintenance', ID(22)],
    ['保养到期：RO-600G SN21', 'proposed', 'maintenance', ID(21)],
  ]);
  asset(20, '2027-03-16');
  at('2027-03-03T05:07:00Z');
  assert.equal(host.all('sitevisit').length, 4, 'another day is arranged anew');
});

test('it becomes a task where the settings say so', () => {
  host.settings['maintenance-as'] = 'task';
  host.settings.language = 'en';
  asset(20, '2027-03-10', { location: 'Kitchen' });
  at('2027-03-01T05:07:00Z');
  assert.deepEqual(host.all('task').map((task) => [task.title, task.description, task.subject_id]), [
    ['Maintenance due: RO-600G SN20', 'Next maintenance: 2027-03-10\nKitchen', CUSTOMER],
  ]);
});

test('many assets are spread over the hours of the day', () => {
  for (let number = 100; number < 800; number += 1) asset(number, '2027-03-10');
  const counts = ['01', '02', '03', '04'].map((hour) => {
    at(`2027-03-01T${hour}:07:00Z`);
    return host.all('sitevisit').length;
  });
  assert.deepEqual(counts, [300, 600, 700, 700]);
});
