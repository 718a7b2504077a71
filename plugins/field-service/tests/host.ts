// A host in memory that stands for the module `hospes` in tests: records, keys, settings, a clock that stands. A call's
// writes are applied when it returns, as the host does it: `find` doesn't see them before.

export class HospesError extends Error {
  constructor(public code: string, message: string) {
    super(message);
  }
}

type Value = { tag: string; val?: any };
interface Entity {
  kind: string;
  id: string;
  version: number;
  fields: Record<string, Value>;
}

export const plain = (value?: Value | null): any => {
  if (value === undefined || value === null || value.tag === 'none') return null;
  if (value.tag === 'time') return new Date(value.val / 1_000);
  return value.tag === 'json' ? JSON.parse(value.val) : value.val;
};

export const value = (plain: any): Value => {
  if (plain === null || plain === undefined) return { tag: 'none' };
  if (plain instanceof Date) return { tag: 'time', val: plain.getTime() * 1_000 };
  if (typeof plain === 'boolean') return { tag: 'boolean', val: plain };
  if (typeof plain === 'string') return { tag: 'text', val: plain };
  if (typeof plain === 'number') return { tag: Number.isSafeInteger(plain) ? 'integer' : 'number', val: plain };
  const keys = Object.keys(plain).sort().join();
  return keys === 'amount,currency' ? { tag: 'money', val: plain } : { tag: 'json', val: JSON.stringify(plain) };
};

export const object = (attributes: { name: string; value: Value }[]) =>
  Object.fromEntries(attributes.map((one) => [one.name, plain(one.value)]));
export const json = (text: string) => JSON.parse(text);

/** What a test looks at, and sets. */
export const host = {
  now: 0,
  settings: {} as Record<string, unknown>,
  entities: [] as Entity[],
  comments: [] as { kind: string; id: string; text: string }[],
  messages: [] as { conversation: string; text: string }[],
  files: [] as { kind: string; id: string; name: string; bytes: number }[],
  keys: {} as Record<string, string>,
  staged: [] as (() => void)[],
  drawn: 0,
  /** A record that is there, with fields as plain values. */
  put(kind: string, id: string, fields: Record<string, unknown>): string {
    const values = Object.fromEntries(Object.entries(fields).map(([name, plain]) => [name, day(plain) ?? value(plain)]));
    const known = this.entities.find((entity) => entity.kind === kind && entity.id === id);
    if (known === undefined) this.entities.push({ kind, id, version: 1, fields: values });
    else Object.assign(known, { version: known.version + 1, fields: { ...known.fields, ...values } });
    return id;
  },
  /** The records of a kind, as plain fields. */
  all(kind: string): Record<string, any>[] {
    return this.entities.filter((entity) => entity.kind === kind).map((entity) => ({ id: entity.id, ...object(listed(entity)) }));
  },
  /** Makes a call: what it writes is there when it returns, and nothing of it when it fails. */
  call<T>(made: () => T): T {
    this.staged = [];
    const result = made();
    for (const apply of this.staged) apply();
    this.staged = [];
    return result;
  },
  reset(now: string, settings: Record<string, unknown> = {}) {
    Object.assign(this, { now: Date.parse(now), settings, entities: [], comments: [], messages: [], files: [], keys: {}, drawn: 0 });
  },
};

const day = (plain: unknown) => (typeof plain === 'string' && /^\d{4}-\d\d-\d\d$/.test(plain) ? { tag: 'date', val: plain } : undefined);
const listed = (entity: Entity) => Object.entries(entity.fields).map(([name, value]) => ({ name, value }));
const seen = (entity: Entity) => ({ kind: entity.kind, id: entity.id, version: entity.version, attributes: listed(entity) });
const of = (kind: string, id: string) => host.entities.find((entity) => entity.kind === kind && entity.id === id);

const COMPARE: Record<string, (one: any, other: any) => boolean> = {
  equal: (one, other) => one === other,
  'not-equal': (one, other) => one !== other,
  less: (one, other) => one !== undefined && one < other,
  'less-or-equal': (one, other) => one !== undefined && one <= other,
  greater: (one, other) => one !== undefined && one > other,
};

export const records = {
  get(kind: string, id: string) {
    const found = of(kind, id);
    if (found === undefined) throw new HospesError('not-found', `there is no ${kind} ${id}`);
    return seen(found);
  },
  find({ kind, conditions, limit, cursor }: { kind: string; conditions: any[]; limit: number; cursor?: string }) {
    const meets = (entity: Entity) =>
      conditions.every(({ field, comparison, value }) => COMPARE[comparison]?.(entity.fields[field]?.val, value.tag === 'none' ? undefined : value.val));
    const all = host.entities.filter((entity) => entity.kind === kind && meets(entity));
    const from = cursor === undefined ? 0 : all.findIndex((entity) => entity.id === cursor) + 1;
    const items = all.slice(from, from + limit);
    return { items: items.map(seen), next: all.length > from + limit ? items.at(-1)?.id : undefined };
  },
  create(kind: string, attributes: { name: string; value: Value }[]) {
    host.drawn += 1;
    const id = `00000000-0000-7000-8000-${String(host.drawn).padStart(12, '0')}`;
    const fields = Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
    host.staged.push(() => host.entities.push({ kind, id, version: 1, fields }));
    return id;
  },
  update(kind: string, id: string, expected: number, attributes: { name: string; value: Value }[]) {
    host.staged.push(() => {
      const found = of(kind, id);
      if (found?.version !== expected) throw new Error(`${kind} ${id} is at ${found?.version}, not ${expected}`);
      found.version += 1;
      for (const { name, value } of attributes) {
        if (value.tag === 'none') delete found.fields[name];
        else found.fields[name] = value;
      }
    });
  },
  comment(kind: string, id: string, text: string) {
    host.staged.push(() => host.comments.push({ kind, id, text }));
    return 'comment';
  },
  message(conversation: string, text: string) {
    host.staged.push(() => host.messages.push({ conversation, text }));
    return 'message';
  },
};

export const attachments = {
  create(kind: string, id: string, name: string) {
    let bytes = 0;
    return {
      append(chunk: Uint8Array) {
        bytes += chunk.length;
      },
      finish() {
        host.staged.push(() => host.files.push({ kind, id, name, bytes }));
        return 'file';
      },
    };
  },
};

export const clock = { now: () => host.now * 1_000 };
export const config = { get: (name: string) => host.settings[name] ?? null };
export const kv = {
  fetch: (key: string) => (host.keys[key] === undefined ? null : JSON.parse(host.keys[key])),
  put(key: string, value: unknown) {
    host.staged.push(() => {
      host.keys[key] = JSON.stringify(value);
    });
  },
};
export const log = { debug() {}, info() {}, warn() {}, error() {} };

// Node.js 20 lacks what the engine has.
const bytes = Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array };
bytes.fromBase64 ??= (text) => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new SyntaxError('no base64');
  return Uint8Array.from(Buffer.from(text, 'base64'));
};
