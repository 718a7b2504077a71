// `schedule`: every morning the staff gets a mail, and vouchers that have expired go.

import * as hospes from 'hospes';
import type { Schedule } from 'hospes';

import { staffIsChinese } from './shop';
import { PREFIX } from './voucher';

export const schedule: Schedule = {
  /** `due` may lie a little back, where no host ran: what is counted from a time is counted from it, not from now. */
  run(name, due) {
    if (name !== 'morning') throw new hospes.HospesError('not-found', `There is no “${name}” in the manifest.`);
    const vouchers = dropExpired(due);
    const open = openTickets();
    const to = hospes.config.get('mail-to');
    if (to === '') {
      hospes.log.info('no mail is sent: the setting mail-to is empty');
      return;
    }
    const chinese = staffIsChinese();
    hospes.mail.send({
      sender: hospes.config.get('mail-from'),
      recipients: [to],
      subject: chinese ? '轮行：早上好' : 'Radwerk: good morning',
      text: chinese
        ? `待办工单：${open} 张\n有效代金券：${vouchers} 张\n`
        : `Open tickets: ${open}\nVouchers in use: ${vouchers}\n`,
      html: '',
      headers: [],
      attachments: [],
    });
  },
};

/** Deletes what no longer counts or can't be read, and says how many are left. */
function dropExpired(now: number): number {
  let left = 0;
  let last: string | undefined;
  for (;;) {
    const keys = hospes.kv.listKeys(PREFIX, last, 100);
    for (const key of keys) {
      if (expires(key) > now) left += 1;
      else hospes.kv.delete(key);
    }
    last = keys.at(-1);
    if (last === undefined) return left;
  }
}

function expires(key: string): number {
  try {
    return hospes.kv.fetch(key).until;
  } catch {
    return 0;
  }
}

/** How many tickets wait, page by page. */
function openTickets(): number {
  let count = 0;
  let cursor: string | undefined;
  do {
    const status = { field: 'status', comparison: 'not-equal' as const, value: hospes.value('resolved') };
    const page = hospes.records.find({ kind: 'ticket', conditions: [status], limit: 200, cursor });
    count += page.items.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return count;
}
