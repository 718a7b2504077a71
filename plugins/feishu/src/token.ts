// The tenant access token: got for the app's credentials, kept until it is about to expire.

import * as hospes from 'hospes';

import { credentialsRefused } from './failure';
import { appId, baseUrl, call } from './http';
import { number, object, string } from './json';
import type { Language } from './texts';

/** Where it is kept. */
const KEY = 'token';
/** A token isn't used in the last minutes of its life: it might expire on its way. */
const MARGIN_SECONDS = 300;
/** The shortest life that Feishu gives a token, where its answer doesn't say. */
const SHORTEST_SECONDS = 1_800;
const MICROSECONDS = 1_000_000;

/** The token of this call: it serves all notifications of it, even where none can be kept. */
let current: string | undefined;

/** The token of this call, the one that is kept, or a new one. */
export function token(language: Language): string {
  return current ?? kept() ?? renew(language);
}

/** A new token. Feishu answers with the same one as long as that is good. */
export function renew(language: Language): string {
  const answer = call(
    '/open-apis/auth/v3/tenant_access_token/internal',
    {
      tag: 'json',
      val: [
        { tag: 'text', val: `{"app_id":${JSON.stringify(appId(language))},"app_secret":"` },
        { tag: 'secret', val: 'app-secret' },
        { tag: 'text', val: '"}' },
      ],
    },
    language,
  );
  const value = string(answer.body.tenant_access_token);
  if (answer.code !== 0 || value === '') throw credentialsRefused(answer, language);
  keep(value, number(answer.body.expire) ?? SHORTEST_SECONDS);
  current = value;
  return value;
}

/** The token that is kept: of this app at this service, and good for a while. */
function kept(): string | undefined {
  const found = object(read());
  const isOurs = found.app === appId() && found.service === baseUrl();
  const until = number(found.until) ?? 0;
  return isOurs && until > hospes.clock.now() ? string(found.token) || undefined : undefined;
}

function keep(value: string, seconds: number): void {
  const until = hospes.clock.now() + (seconds - Math.min(MARGIN_SECONDS, seconds / 2)) * MICROSECONDS;
  try {
    hospes.kv.put(KEY, { app: appId(), service: baseUrl(), token: value, until });
  } catch (error) {
    hospes.log.debug(`the token isn't kept: ${String(error)}`);
  }
}

/** What is kept. Without the store, or with something odd in it, there is nothing. */
function read(): unknown {
  try {
    return hospes.kv.fetch(KEY);
  } catch {
    return null;
  }
}
