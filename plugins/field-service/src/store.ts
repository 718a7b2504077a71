// The records that the plugin reads and writes, each as an object; what has another type than it should counts as empty.

import * as hospes from 'hospes';

import { isNotFound } from './failure';

/** States in which a visit has a time that counts against its engineer's day. */
export const SCHEDULED = ['planned', 'confirmed', 'on-the-way', 'on-site'];
/** States in which something is left to do. */
export const OPEN = ['proposed', ...SCHEDULED];

/** A visit. Times are milliseconds since 1970. */
export interface Visit {
  id: string;
  version: number;
  subject: string;
  type: string;
  state: string;
  customer: string;
  ticket: string;
  asset: string;
  address: string;
  from?: number;
  to?: number;
  zone: string;
  travelMinutes?: number;
  workMinutes?: number;
  outcome: string;
  report: string;
  cancelReason: string;
  signedBy: string;
  signedAt?: number;
  warning: string;
  remindedFor?: number;
  followedUp: string;
  engineer: string;
  team: string;
}

/** A part that was used. */
export interface Part {
  id: string;
  article: string;
  articleNumber: string;
  quantity: number;
  serialNumber: string;
  unitPrice?: { amount: string; currency: string };
  underWarranty: boolean;
}

/** An item of a checklist. */
export interface Check {
  id: string;
  version: number;
  item: string;
  place: number;
  isRequired: boolean;
  isDone: boolean;
  remark: string;
}

/** An installed device. Days are YYYY-MM-DD. */
export interface Asset {
  id: string;
  version: number;
  model: string;
  customer: string;
  serialNumber: string;
  location: string;
  warrantyUntil: string;
  maintenanceMonths?: number;
  nextMaintenance: string;
  plannedFor: string;
  team: string;
}

type Fields = Record<string, unknown>;
type Entity = ReturnType<typeof hospes.records.get>;
type Condition = Parameters<typeof hospes.records.find>[0]['conditions'][number];
type Comparison = Condition['comparison'];

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const time = (value: unknown) => (value instanceof Date ? value.getTime() : undefined);

/** A visit of its record. */
export function visitOf(entity: Entity): Visit {
  const fields = hospes.object(entity.attributes);
  return {
    id: entity.id,
    version: entity.version,
    subject: text(fields.subject),
    type: text(fields.visit_type) || 'other',
    state: text(fields.state),
    customer: text(fields.customer_id),
    ticket: text(fields.ticket_id),
    asset: text(fields.asset_id),
    address: text(fields.address),
    from: time(fields.window_from),
    to: time(fields.window_to),
    zone: text(fields.zone),
    travelMinutes: number(fields.travel_minutes),
    workMinutes: number(fields.work_minutes),
    outcome: text(fields.outcome),
    report: text(fields.report),
    cancelReason: text(fields.cancel_reason),
    signedBy: text(fields.signed_by),
    signedAt: time(fields.signed_at),
    warning: text(fields.warning),
    remindedFor: time(fields.reminded_for),
    followedUp: text(fields.followed_up),
    engineer: text(fields.owner_id),
    team: text(fields.team_id),
  };
}

function partOf(entity: Entity): Part {
  const fields = hospes.object(entity.attributes);
  return {
    id: entity.id,
    article: text(fields.article),
    articleNumber: text(fields.article_number),
    quantity: number(fields.quantity) ?? 1,
    serialNumber: text(fields.serial_number),
    unitPrice: fields.unit_price ?? undefined,
    underWarranty: fields.under_warranty === true,
  };
}

function checkOf(entity: Entity): Check {
  const fields = hospes.object(entity.attributes);
  return {
    id: entity.id,
    version: entity.version,
    item: text(fields.item),
    place: number(fields.place) ?? 0,
    isRequired: fields.is_required === true,
    isDone: fields.is_done === true,
    remark: text(fields.remark),
  };
}

/** An asset of its record. */
export function assetOf(entity: Entity): Asset {
  const fields = hospes.object(entity.attributes);
  return {
    id: entity.id,
    version: entity.version,
    model: text(fields.model),
    customer: text(fields.customer_id),
    serialNumber: text(fields.serial_number),
    location: text(fields.location),
    warrantyUntil: text(fields.warranty_until),
    maintenanceMonths: number(fields.maintenance_months),
    nextMaintenance: text(fields.next_maintenance),
    plannedFor: text(fields.maintenance_planned_for),
    team: text(fields.team_id),
  };
}

/** A value for a field or condition: milliseconds are a time, a day is a day. */
export const at = (millis: number) => new Date(millis);
const value = (plain: unknown) =>
  typeof plain === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(plain) ? ({ tag: 'date', val: plain } as const) : hospes.value(plain);

/** A condition on a field. */
export const where = (field: string, comparison: Comparison, plain: unknown): Condition => ({ field, comparison, value: value(plain) });

/** A page of records that meet all conditions, oldest first, and where the next one begins. */
export function page(kind: string, conditions: Condition[], cursor?: string): { items: Entity[]; next?: string } {
  const found = hospes.records.find({ kind, conditions, limit: 200, cursor });
  return { items: found.items, next: found.next ?? undefined };
}

/** At most so many records that meet all conditions, oldest first. */
export function find(kind: string, conditions: Condition[], most = 200): Entity[] {
  const found: Entity[] = [];
  let cursor: string | undefined;
  do {
    const page = hospes.records.find({ kind, conditions, limit: Math.min(200, most - found.length), cursor });
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && found.length < most);
  return found;
}

function maybe<T>(kind: string, id: string, read: (entity: Entity) => T): T | undefined {
  try {
    return read(hospes.records.get(kind, id));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A visit; none where it was deleted. */
export const visit = (id: string) => maybe('sitevisit', id, visitOf);
/** An asset; none where it was deleted. */
export const asset = (id: string) => maybe('service-asset', id, assetOf);
/** A ticket's or customer's fields; none where it isn't there. */
export const fieldsOf = (kind: 'ticket' | 'customer', id: string) =>
  id === '' ? undefined : maybe(kind, id, (entity) => hospes.object(entity.attributes));

/** The visits that meet conditions. */
export const visits = (conditions: Condition[], most?: number) => find('sitevisit', conditions, most).map(visitOf);
/** The parts of a visit. */
export const partsOf = (id: string) => find('service-part', [where('visit_id', 'equal', id)]).map(partOf);
/** The checklist of a visit, in its order. */
export const checksOf = (id: string) =>
  find('service-check', [where('visit_id', 'equal', id)], 50)
    .map(checkOf)
    .sort((one, other) => one.place - other.place);

const attributes = (fields: Fields) =>
  Object.entries(fields)
    .filter(([, plain]) => plain !== undefined)
    .map(([name, plain]) => ({ name, value: value(plain === '' ? null : plain) }));

/** Makes a record; what is undefined is left out. */
export const create = (kind: string, fields: Fields): string => hospes.records.create(kind, attributes(fields));

/** Changes a record; an empty text clears a field. */
export function update(kind: string, record: { id: string; version: number }, fields: Fields): void {
  hospes.records.update(kind, record.id, record.version, attributes(fields));
}
