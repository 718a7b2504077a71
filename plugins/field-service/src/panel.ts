// The panel on the page of a ticket or customer: the visits, what can be done with those that are open, a form for the
// next one, and the customer's assets. Addresses and prices aren't shown here but on the records themselves, where roles
// decide who sees them.

import * as hospes from 'hospes';

import * as settings from './settings';
import * as forms from './forms';
import type { Block, Subject } from './forms';
import { type Asset, OPEN, assetOf, checksOf, find, visits, where } from './store';
import { type Language, stateText, t, typeText } from './texts';
import { windowText } from './visit';

/** Visits of one record that are looked at, that the table shows, that have forms of their own, and that can be chosen. */
const MOST_READ = 400;
const MOST_SHOWN = 20;
const MOST_WORKED_ON = 5;
const MOST_CHOICES = 50;
/** Assets that are shown. */
const MOST_ASSETS = 50;

/** Draws it. */
export function render(subject: Subject, language: Language): Block[] {
  const field = subject.kind === 'ticket' ? 'ticket_id' : 'customer_id';
  const known = visits([where(field, 'equal', subject.id)], MOST_READ);
  const time = (visit: (typeof known)[number]) => visit.from ?? Number.MAX_SAFE_INTEGER;
  const shown = [...known].sort((one, other) => time(other) - time(one)).slice(0, MOST_SHOWN);
  const open = known.filter((visit) => OPEN.includes(visit.state)).sort((one, other) => time(one) - time(other));
  const underWay = open.filter((visit) => visit.state !== 'proposed').slice(0, MOST_WORKED_ON);
  const owned = assetsOf(subject);
  const table: Block = {
    tag: 'table',
    val: {
      columns: [
        column('subject', t(language, 'subject')),
        column('type', t(language, 'type')),
        column('window', t(language, 'window')),
        column('state', t(language, 'state')),
        column('engineer', t(language, 'engineer')),
        column('warning', t(language, 'warning')),
      ],
      rows: shown.map((visit) => [
        hospes.value(visit.subject),
        hospes.value(typeText(language, visit.type)),
        hospes.value(windowText(visit, language)),
        hospes.value(stateText(language, visit.state)),
        hospes.value(settings.nameOf(visit.engineer)),
        hospes.value(visit.warning),
      ]),
    },
  };
  return [
    { tag: 'heading', val: t(language, 'visits') },
    ...(shown.length === 0 ? [{ tag: 'text', val: t(language, 'noVisits') } as Block] : [table]),
    ...(shown.length === 0 ? [] : [references('sitevisit', shown.map((visit) => visit.id))]),
    ...underWay.flatMap((visit) => forms.work(visit, checksOf(visit.id), language)),
    ...forms.plan(subject, open.slice(0, MOST_CHOICES), owned, language),
    ...assets(owned, language),
  ];
}

const references = (kind: string, ids: string[]): Block => ({ tag: 'records', val: ids.map((id) => ({ kind, id })) });

const column = (name: string, title: string) => ({ name, title });

function assetsOf(subject: Subject): Asset[] {
  if (subject.customer === '') return [];
  return find('service-asset', [where('customer_id', 'equal', subject.customer)], MOST_ASSETS).map(assetOf);
}

function assets(known: Asset[], language: Language): Block[] {
  if (known.length === 0) return [];
  return [
    { tag: 'heading', val: t(language, 'assets') },
    {
      tag: 'table',
      val: {
        columns: [
          column('model', t(language, 'model')),
          column('serial_number', t(language, 'serialNumber')),
          column('location', t(language, 'location')),
          column('warranty_until', t(language, 'warrantyUntil')),
          column('next_maintenance', t(language, 'nextMaintenance')),
        ],
        rows: known.map((asset) =>
          [asset.model, asset.serialNumber, asset.location, asset.warrantyUntil, asset.nextMaintenance].map(hospes.value),
        ),
      },
    },
    references('service-asset', known.map((asset) => asset.id)),
  ];
}
