// Whose touch it is: identities by which the sender's system knows somebody.

import { part, text } from './fields.js';

/** The sender's names, the schemes here, and what each is unique in. */
const KINDS = [
  { field: 'openid', scheme: 'wechat-openid', issuer: 'app' },
  { field: 'unionid', scheme: 'wechat-unionid', issuer: 'open-platform' },
  { field: 'member', scheme: 'member', issuer: 'member-issuer' },
  { field: 'phone', scheme: 'phone', issuer: '' },
  { field: 'email', scheme: 'email', issuer: '' },
];

/**
 * What the installation is set to.
 *
 * @typedef {{app: string, openPlatform: string, memberIssuer: string, vouched: string[], language: string}} Settings
 */

const LONGEST_ID = 128;
const LONGEST_NAME = 100;

/**
 * Reads `user` of a touch; undefined where nobody is named, which is noted. `settings.vouched` says which identities count as proven: those
 * that the sender's system has verified itself.
 *
 * The thread is named by the first of them, so that what somebody does in one program stands together.
 */
export function read(mistakes, touch, settings) {
  const user = part(mistakes, touch.user, 'user', true);
  if (user === undefined) return undefined;
  const app = text(mistakes, touch.app, 'app', LONGEST_ID) || settings.app;
  /** @type {Record<string, string>} */
  const issuers = { app, 'open-platform': settings.openPlatform, 'member-issuer': settings.memberIssuer };
  const identities = [];
  for (const { field, scheme, issuer } of KINDS) {
    const value = text(mistakes, user[field], `user/${field}`, LONGEST_ID);
    if (value !== '') {
      identities.push({ scheme, issuer: issuers[issuer] ?? '', value, attested: settings.vouched.includes(field) });
    }
  }
  const name = text(mistakes, user.name, 'user/name', LONGEST_NAME);
  const first = identities[0];
  if (first === undefined) {
    const fields = KINDS.map((kind) => kind.field).join(', ');
    mistakes.add('user', `names nobody; give at least one of ${fields}`, `没有任何身份，请至少提供 ${fields} 之一`);
    return undefined;
  }
  return { identities, name, thread: `${first.scheme}:${first.issuer}:${first.value}` };
}
