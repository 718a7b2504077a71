"""``schedule``: every morning the staff gets a mail, and vouchers that have expired go."""

import hospes
from hospes import kv, mail, records
from shop import staff_is_chinese
from voucher import PREFIX, Voucher


class Schedule:
    def run(self, name, due):
        """``due`` may lie a little back, where no host ran: what is counted from a time is counted from it, not from now."""
        if name != "morning":
            hospes.fail("not-found", f"There is no {name!r} in the manifest.")
        vouchers = _drop_expired(due)
        waiting = _open_tickets()
        to = hospes.setting("mail-to")
        if not to:
            hospes.log.info("no mail is sent: the setting mail-to is empty")
            return
        if staff_is_chinese():
            subject, text = "轮行：早上好", f"待办工单：{waiting} 张\n有效代金券：{vouchers} 张\n"
        else:
            subject, text = "Radwerk: good morning", f"Open tickets: {waiting}\nVouchers in use: {vouchers}\n"
        mail.send(
            mail.Message(
                sender=hospes.setting("mail-from"),
                recipients=[to],
                subject=subject,
                text=text,
                html="",
                headers=[],
                attachments=[],
            )
        )


def _drop_expired(now):
    """Deletes what no longer counts or can't be read, and says how many are left."""
    left, last = 0, None
    while keys := kv.list_keys(PREFIX, last, 100):
        for key in keys:
            voucher = Voucher.of_bytes(kv.get(key))
            if voucher and voucher.until > now:
                left += 1
            else:
                kv.delete(key)
        last = keys[-1]
    return left


def _open_tickets():
    """How many tickets wait, page by page."""
    is_open = records.Condition("status", records.Comparison.NOT_EQUAL, hospes.value("resolved"))
    page = records.find(records.Query("ticket", [is_open], 200, None))
    count = len(page.items)
    while page.next is not None:
        page = records.find(records.Query("ticket", [is_open], 200, page.next))
        count += len(page.items)
    return count
