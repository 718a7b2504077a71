// What needs records that are there: overlaps, events, follow-ups.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { host } from './host';
import { hooks, panel, tools } from '../plugin';

const ID = (number: number) => `0198c000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const [ZHANG, LI, TICKET, CUSTOMER, VISIT] = [ID(1), ID(2), ID(3), ID(4), ID(5)];

const SETTINGS = {
  language: 'en',
  zone: 'Asia/Shanghai',
  engineers: [
    { user: ZHANG, name: '张伟' },
    { user: LI, name: 'Li', zone: 'Europe/Berlin', days: ['sat', 'sun'], from: '22:00', to: '06:00' },
  ],
  'working-days': ['mon', 'tue', 'wed', 'thu', 'fri'],
  'working-from': '09:00',
  'working-to': '18:00',
  'visit-minutes': 60,
  'buffer-minutes': 30,
  'ticket-tags': ['on-site', '上门'],
  'ticket-classes': [],
  checklists: [{ type: 'any', items: ['!Power is off', 'Photos are taken'] }],
};

beforeEach(() => {
  host.reset('2027-03-01T00:00:00Z', { ...SETTINGS });
  host.put('customer', CUSTOMER, { name: '王小梅', language: 'zh-CN' });
  host.put('ticket', TICKET, { customer_id: CUSTOMER, subject: 'Purifier leaks', class: 'after-sales', status: 'open', tags: ['On-Site'] });
});

const tool = (name: string, given: object): any => host.call(() => JSON.parse(tools.call(name, JSON.stringify(given))));
const event = (kind: string, id: string, data: object = {}) =>
  host.call(() => hooks.onEvent({ kind, subjectId: id, data: JSON.stringify(data) } as any));
const refused = (code: string, words: RegExp) => (error: any) => error.code === code && words.test(error.message);
const visits = () => host.all('sitevisit');
const planned = (more: object = {}) =>
  tool('plan-visit', { ticket: TICKET, engineer: '张伟', day: '2027-03-02', from: '10:00', to: '12:00', ...more });

test('a ticket with a tag of the settings gets one visit, however often its events come', () => {
  event('ticket.created', TICKET);
  event('ticket.created', TICKET);
  event('ticket.classified', TICKET);
  const [visit, ...others] = visits();
  assert.equal(others.length, 0);
  assert.deepEqual([visit?.state, visit?.ticket_id, visit?.customer_id, visit?.subject], ['proposed', TICKET, CUSTOMER, 'Purifier leaks']);
  assert.deepEqual(host.all('service-check').map((check) => [check.item, check.is_required]), [['Power is off', true], ['Photos are taken', false]]);
});

test('a visit that was deleted is proposed again only when the ticket comes to match anew', () => {
  event('ticket.created', TICKET);
  host.entities = host.entities.filter((entity) => entity.kind !== 'sitevisit');
  event('ticket.updated', TICKET, { priority: { old: 'low', new: 'urgent' } });
  assert.equal(visits().length, 0);
  event('ticket.updated', TICKET, { tags: { old: [], new: ['on-site'] } });
  assert.equal(visits().length, 1);
});

test('resolved tickets, others and those that are gone get none', () => {
  host.put('ticket', TICKET, { tags: [] });
  event('ticket.created', TICKET);
  host.put('ticket', TICKET, { tags: ['上门'], status: 'resolved' });
  event('ticket.created', TICKET);
  event('ticket.created', ID(99));
  assert.equal(visits().length, 0);
});

test('an engineer has one visit at a time, and visits may follow each other at once', () => {
  planned();
  assert.throws(() => planned({ from: '11:00', to: '13:00' }), refused('conflict', /张伟 has the visit “Purifier leaks” then: Tuesday, 2027-03-02, 10:00–12:00/));
  planned({ from: '12:00', to: '13:00' });
  planned({ from: '11:00', to: '13:00', engineer: LI, zone: 'Asia/Shanghai' });
  const over = planned({ from: '11:30', to: '12:30', 'allow-overlap': true });
  assert.equal(over.overlaps.length, 2);
  const moved = tool('plan-visit', { visit: over.visit, day: '2027-03-03', from: '09:00', zone: 'Asia/Tokyo' });
  assert.deepEqual([moved.visit, moved.from, moved.to], [over.visit, '2027-03-03T09:00:00+09:00', '2027-03-03T10:00:00+09:00']);
});

test('a window past midnight collides with the next morning, also from another zone', () => {
  planned({ from: '22:00', to: '02:00' });
  assert.throws(() => planned({ day: '2027-03-03', from: '01:00', to: '03:00' }), refused('conflict', /22:00–2027-03-03 02:00/));
  // 18:30 in Berlin on the 2nd is 01:30 in Shanghai on the 3rd.
  assert.throws(() => planned({ from: '18:30', to: '19:00', zone: 'Europe/Berlin' }), refused('conflict', /has the visit/));
});

test('free slots leave time for the way, and nothing that is too short', () => {
  planned();
  const slots = tool('free-slots', { engineer: '张伟', day: '2027-03-02', minutes: 60 }).slots;
  assert.deepEqual(slots, [{ from: '2027-03-02T12:30:00+08:00', to: '2027-03-02T18:00:00+08:00', minutes: 330 }]);
  const short = tool('free-slots', { engineer: '张伟', day: '2027-03-02', minutes: 30 }).slots;
  assert.deepEqual(short.map((slot: any) => slot.minutes), [30, 330]);
});

test('a night shift in the night of the change is an hour shorter', () => {
  const night = tool('free-slots', { engineer: 'li', day: '2027-03-27', zone: 'Asia/Shanghai' });
  assert.deepEqual(night.slots, [{ from: '2027-03-28T05:00:00+08:00', to: '2027-03-28T12:00:00+08:00', minutes: 420 }]);
});

test('what people enter by hand is completed, and warned of while it lasts', () => {
  const other = planned().visit;
  host.put('sitevisit', VISIT, {
    subject: 'By hand', state: 'planned', ticket_id: TICKET, owner_id: ZHANG, visit_type: 'repair',
    window_from: new Date('2027-03-02T03:00:00Z'), window_to: new Date('2027-03-02T05:00:00Z'),
  });
  event('sitevisit.created', VISIT);
  event('sitevisit.created', VISIT);
  const visit = () => visits().find((one) => one.id === VISIT);
  assert.equal(visit()?.customer_id, CUSTOMER);
  assert.match(visit()?.warning, /overlaps “Purifier leaks”: Tuesday, 2027-03-02, 10:00–12:00/);
  assert.equal(host.all('service-check').filter((check) => check.visit_id === VISIT).length, 2);
  host.put('sitevisit', VISIT, { window_to: new Date('2027-03-02T03:00:00Z') });
  event('sitevisit.updated', VISIT);
  assert.equal(visit()?.warning, 'It ends before it begins');
  host.put('sitevisit', VISIT, { window_to: new Date('2027-03-02T03:30:00Z') });
  host.put('sitevisit', other, { state: 'cancelled' });
  event('sitevisit.updated', VISIT);
  assert.equal(visit()?.warning, undefined);
});

test('a visit that is done by hand is followed up once, and again when it was opened in between', () => {
  const { visit } = planned();
  host.put('sitevisit', visit, { state: 'done', outcome: 'resolved', work_minutes: 40 });
  event('sitevisit.updated', visit);
  event('sitevisit.updated', visit);
  assert.equal(host.comments.length, 1);
  const [first, window, ...rest] = (host.comments[0]?.text ?? '').split('\n');
  assert.deepEqual([first, window], ['Visit completed: Purifier leaks', 'Window: Tuesday, 2027-03-02, 10:00–12:00 (Asia/Shanghai)']);
  assert.deepEqual(rest, [
    'Engineer: 张伟', 'Outcome: Resolved', 'Work minutes: 40', 'No parts were used', 'Checklist: 0/2',
    'Not checked: Power is off, Photos are taken',
  ]);
  host.put('sitevisit', visit, { state: 'on-site' });
  event('sitevisit.updated', visit);
  host.put('sitevisit', visit, { state: 'done' });
  event('sitevisit.updated', visit);
  assert.equal(host.comments.length, 2);
});

test('a visit that is cancelled makes one task, and one that is gone nothing', () => {
  const { visit } = planned();
  host.put('sitevisit', visit, { state: 'cancelled', cancel_reason: 'moved house' });
  event('sitevisit.updated', visit);
  event('sitevisit.updated', visit);
  event('sitevisit.updated', ID(99));
  const [task, ...others] = host.all('task');
  assert.equal(others.length, 0);
  assert.deepEqual([task?.title, task?.subject_kind, task?.subject_id, task?.assignee_id], ['Plan another visit: Purifier leaks', 'ticket', TICKET, ZHANG]);
  assert.match(task?.description, /^The visit was cancelled\. moved house\nTuesday/);
});

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]).toString('base64');

test('a visit is completed with parts, checklist and signature, once', () => {
  host.settings.language = 'zh-CN';
  const { visit } = planned();
  const report = {
    visit, outcome: 'resolved', report: '更换滤芯', 'travel-minutes': 25, 'work-minutes': 50,
    parts: [{ article: '滤芯', 'article-number': 'FL-12', quantity: 2, 'unit-price': '1,120.5' }],
    signature: { name: '王小梅', image: `data:image/png;base64,${PNG}` },
  };
  assert.throws(() => tool('complete-visit', report), refused('conflict', /必检项未完成：Power is off/));
  assert.throws(() => tool('complete-visit', { ...report, checklist: [{ item: 'Water is off' }] }), refused('invalid', /检查单中没有“Water is off”/));
  const checklist = [{ item: 'Power is off' }];
  assert.throws(() => tool('complete-visit', { ...report, checklist: [...checklist, ...checklist] }), refused('invalid', /出现了两次/));
  assert.equal(host.all('service-part').length, 0);
  assert.deepEqual(tool('complete-visit', { ...report, checklist }), { visit, state: 'done', ticket: TICKET });
  assert.deepEqual(host.all('service-part')[0]?.unit_price, { amount: '1120.5', currency: 'CNY' });
  assert.deepEqual(host.files, [{ kind: 'ticket', id: TICKET, name: `signature-${visit}.png`, bytes: 10 }]);
  assert.deepEqual(host.comments[0]?.text.split('\n').slice(4), [
    '路程分钟：25', '作业分钟：50', '服务记录：更换滤芯', '配件：', '- 滤芯 (FL-12) × 2，单价 1120.5 CNY', '检查单：1/2',
    '未检查：Photos are taken', '签字人：王小梅 2027-03-01 08:00',
  ]);
  assert.throws(() => tool('complete-visit', { ...report, checklist }), refused('conflict', /上门“Purifier leaks”已完成/));
  // The event of it isn't seen, but if it were, nothing would come twice.
  event('sitevisit.updated', visit);
  assert.equal(host.comments.length, 1);
});

test('a signature is bounded, and without a ticket it is kept with the customer', () => {
  const { visit } = planned({ ticket: undefined, customer: CUSTOMER, subject: 'Check' });
  const sign = (image: string) => tool('complete-visit', { visit, outcome: 'no-access', signature: { name: 'Wang', image } });
  const large = Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.alloc(256 * 1024)]).toString('base64');
  assert.throws(() => sign(large), refused('invalid', /more than 256 KiB/));
  host.settings.language = 'zh-CN';
  assert.throws(() => sign(large), refused('invalid', /超过 256 KiB/));
  assert.deepEqual(Object.keys(sign(PNG)), ['visit', 'state']);
  assert.deepEqual([host.files[0]?.kind, host.files[0]?.id, host.comments.length], ['customer', CUSTOMER, 0]);
});

test('whoever could not get in needs no checklist, and another visit becomes a task', () => {
  const one = planned().visit;
  tool('complete-visit', { visit: one, outcome: 'no-access' });
  const other = planned({ day: '2027-03-03' }).visit;
  tool('complete-visit', { visit: other, outcome: 'follow-up', checklist: [{ item: 'Power is off', done: true }] });
  assert.deepEqual(host.all('task').map((task) => task.tags), [['visit-follow-up']]);
});

test('a maintenance visit sets the next one, counted from its day', () => {
  const asset = host.put('service-asset', ID(7), {
    model: 'RO-600G', customer_id: CUSTOMER, maintenance_months: 6, next_maintenance: '2027-02-20', maintenance_planned_for: '2027-02-20',
  });
  const { visit } = planned({ asset, type: 'maintenance', day: '2027-08-31' });
  tool('complete-visit', { visit, outcome: 'resolved', checklist: [{ item: 'Power is off' }] });
  const [after] = host.all('service-asset');
  assert.deepEqual([after?.next_maintenance, after?.maintenance_planned_for], ['2028-02-29', undefined]);
});

const context = (place: 'ticket' | 'customer', language = 'en') => ({
  place,
  language,
  subject: {
    kind: place, version: 1, id: place === 'ticket' ? TICKET : CUSTOMER,
    attributes: place === 'ticket' ? [{ name: 'customer_id', value: { tag: 'text', val: CUSTOMER } }] : [],
  },
});
const press = (name: string, entered: Record<string, any>, language = 'en') => {
  const tagged = (plain: any) => (typeof plain === 'boolean' ? { tag: 'boolean', val: plain } : { tag: 'text', val: plain });
  const parameters = Object.entries(entered).map(([name, plain]) => ({ name, value: typeof plain === 'number' ? { tag: 'number', val: plain } : tagged(plain) }));
  return host.call(() => panel.act({ context: context('ticket', language), name, parameters } as any));
};

test('the panel leads through a visit', () => {
  event('ticket.created', TICKET);
  const drawn = (place: 'ticket' | 'customer') => host.call(() => panel.render(context(place) as any)) as any[];
  const form = (name: string) => drawn('ticket').find((block) => block.tag === 'form' && block.val.name === name)?.val;
  const [proposed] = visits();
  assert.equal(form('plan').inputs[0].value.val, proposed?.id);
  press('plan', { visit: proposed?.id, day: '2027-03-02', from: '9:30', to: '11:00', zone: '', engineer: ZHANG, confirmed: true, overlap: false });
  assert.deepEqual([visits().length, visits()[0]?.state, visits()[0]?.owner_id], [1, 'confirmed', ZHANG]);
  press(`on-the-way:${proposed?.id}`, {});
  press(`on-site:${proposed?.id}`, {});
  const checks = form(`checklist:${proposed?.id}`).inputs;
  press(`checklist:${proposed?.id}`, { [checks[0].name]: true, [checks[1].name]: false });
  press(`part:${proposed?.id}`, { article: 'Valve', quantity: 1, serial_number: 'V-7', under_warranty: true });
  press(`complete:${proposed?.id}`, { outcome: 'resolved', report: 'Tight again', signed_by: 'Wang' });
  assert.deepEqual([visits()[0]?.state, visits()[0]?.signed_by], ['done', 'Wang']);
  assert.match(host.comments[0]?.text ?? '', /- Valve × 1, Serial number V-7, Under warranty\nChecklist: 1\/2/);
  assert.throws(() => press(`cancel:${proposed?.id}`, { reason: 'x' }, 'zh-CN'), refused('conflict', /已完成/));
  assert.throws(() => press(`part:${ID(98)}`, { article: 'Valve' }), refused('invalid', /may have been deleted/));
  assert.throws(() => press('constructor', {}), refused('unsupported', /no button/));
  assert.equal(drawn('customer').filter((block) => block.tag === 'table').length, 1);
});
