"""``hooks``: who has had a bicycle repaired gets a voucher for the next time."""

import hospes
from shop import staff_is_chinese
from voucher import PREFIX, Voucher

NINETY_DAYS = 90 * 86_400 * 1_000_000


class Hooks:
    def on_event(self, event):
        # The manifest's events come to all abilities that take events; the others are for `scoring`.
        if event.kind != "ticket.resolved":
            return
        code = f"RW-{hospes.random.bytes(4).hex().upper()}"
        voucher = Voucher(code, hospes.clock.now() + NINETY_DAYS)
        # A ticket can be resolved twice, and two hosts can be at it at once: `swap` writes only where nothing is, and a call that
        # loses the race runs again.
        if not hospes.kv.swap(PREFIX + event.subject_id, None, voucher.to_bytes()):
            return
        text = f"代金券 {code}，90 天内有效" if staff_is_chinese() else f"Voucher {code}, good for 90 days"
        # If this fails nothing is kept of the voucher either: a call is a transaction.
        hospes.records.comment(event.subject_kind, event.subject_id, text)
        hospes.log.info("a voucher was given", ticket=event.subject_id)
