declare module 'hospes' {
  import type { HttpAnswer, HttpRequest } from 'hospes:plugin/channel@0.1.0';
  import type { Attribute, Header, Value } from 'hospes:plugin/types@0.1.0';
  import type * as store from 'hospes:plugin/kv@0.1.0';

  export * as attachments from 'hospes:plugin/attachments@0.1.0';
  export * as clock from 'hospes:plugin/clock@0.1.0';
  export * as http from 'hospes:plugin/http@0.1.0';
  export * as mail from 'hospes:plugin/mail@0.1.0';
  export * as random from 'hospes:plugin/random@0.1.0';
  export * as records from 'hospes:plugin/records@0.1.0';
  export * as secrets from 'hospes:plugin/secrets@0.1.0';

  type Empty<T> = { [K in keyof T]: T[K] extends unknown[] | Uint8Array ? K : never }[keyof T];

  /** What a plugin returns: of its objects, lists and bytes that are empty may be left out. */
  export type Returned<T> = T extends Uint8Array
    ? T
    : T extends (infer I)[]
      ? Returned<I>[]
      : T extends object
        ? { [K in keyof T as K extends Empty<T> ? never : K]: Returned<T[K]> } & {
            [K in keyof T as K extends Empty<T> ? K : never]?: Returned<T[K]>;
          }
        : T;

  /** An error that the host understands: a word for programs, a sentence for people, and when to try again. */
  export class HospesError extends Error {
    constructor(code: string, message: string, retryAfterMs?: number);
    code: string;
    retryAfterMs?: number;
  }

  /** What a function of the host's, or a `HospesError`, says was wrong; undefined for anything else that was thrown. */
  export function errorOf(thrown: unknown): { code: string; message: string; retryAfterMs?: number } | undefined;

  /** Text of bytes in UTF-8; what isn't UTF-8 becomes U+FFFD. */
  export function text(bytes: Uint8Array): string;
  /** Bytes of text, in UTF-8. */
  export function bytes(text: string): Uint8Array;
  /** What a body says in JSON; an error `invalid` where it isn't JSON or is nested too deep. */
  export function json(body: Uint8Array | string): any;
  /** The fields of a form. */
  export function form(body: Uint8Array | string): { get(name: string): string | null; has(name: string): boolean };
  /** The value of a header, whatever its case. */
  export function header(request: HttpRequest, name: string): string | undefined;
  /** A value of the contract as JavaScript has it. */
  export function plain(value: Value | null | undefined): any;
  /** A value of JavaScript as the contract has it. */
  export function value(plain: unknown): Value;
  /** Attributes of an object. */
  export function attributes(object: Record<string, unknown>): Attribute[];
  /** An object of attributes. */
  export function object(attributes: Attribute[]): Record<string, any>;
  /** An answer to a webhook: text, or an object as JSON. */
  export function answer(status: number, body?: unknown, headers?: Header[]): HttpAnswer;
  /** A time as the contract has it: microseconds since 1970. */
  export function timestamp(date: Date | string | number): number;

  /** The installation's settings. */
  export const config: {
    /** A setting, with the manifest's default where nobody has set it; null where there is neither. */
    get(name: string): any;
  };

  /** Lines in the installation's log. */
  export const log: Record<'debug' | 'info' | 'warn' | 'error', (text: string, attributes?: Record<string, unknown>) => void>;

  /** The installation's own store. */
  export const kv: typeof store & {
    /** A key's value, kept as JSON by `put`; null when there is none. */
    fetch(key: string): any;
    /** Keeps a value as JSON. */
    put(key: string, value: unknown): void;
  };
}

declare const console: Record<'debug' | 'trace' | 'log' | 'info' | 'warn' | 'error', (...values: unknown[]) => void>;
declare function structuredClone<T>(value: T): T;
