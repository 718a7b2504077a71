// `hooks`: who has had a bicycle repaired gets a voucher for the next time.

import * as hospes from 'hospes';
import type { Hooks } from 'hospes';

import { staffIsChinese } from './shop';
import { PREFIX, type Voucher } from './voucher';

const NINETY_DAYS = 90 * 86_400 * 1_000_000;

export const hooks: Hooks = {
  onEvent(event) {
    // The manifest's events come to all abilities that take events; the others are for `scoring`.
    if (event.kind !== 'ticket.resolved') return;
    const digits = Array.from(hospes.random.bytes(4), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const voucher: Voucher = { code: `RW-${digits.toUpperCase()}`, until: hospes.clock.now() + NINETY_DAYS };
    // A ticket can be resolved twice, and two hosts can be at it at once: `swap` writes only where nothing is, and a call
    // that loses the race runs again.
    const key = PREFIX + event.subjectId;
    if (!hospes.kv.swap(key, undefined, hospes.bytes(JSON.stringify(voucher)))) return;
    const text = staffIsChinese() ? `代金券 ${voucher.code}，90 天内有效` : `Voucher ${voucher.code}, good for 90 days`;
    // If this fails nothing is kept of the voucher either: a call is a transaction.
    hospes.records.comment(event.subjectKind, event.subjectId, text);
    hospes.log.info('a voucher was given', { ticket: event.subjectId });
  },
};
