"""``channel``: the app delivers what customers do by webhook."""

import hospes
from message import LATEST, is_integer, message, text
from wit_world.exports.channel import HttpAnswer, Inbound, Kept, Receipt, ReceiptStatus


class Channel:
    def receive(self, request):
        if request.method != "POST":
            allow = [hospes.types.Header("allow", "POST")]
            return Inbound(HttpAnswer(405, allow, b""), messages=[], receipts=[], kept=[])
        _check_signature(request)
        delivery = hospes.json(request.body)
        kind = delivery.get("type") if isinstance(delivery, dict) else None
        inbound = Inbound(hospes.answer(200), messages=[], receipts=[], kept=[])
        match kind:
            case "message":
                read = message(delivery)
                if isinstance(delivery.get("checklist"), str):
                    read.attachments.append(_keep(delivery["checklist"].encode()))
                inbound.messages.append(read)
            case "read":
                sent = delivery.get("sent")
                at = sent * 1_000 if is_integer(sent) and abs(sent) <= LATEST else 0
                inbound.receipts.append(Receipt(text(delivery, "id"), ReceiptStatus.READ, at, None))
            case _:
                # What is answered 200 is never sent again: whatever becomes no message is kept for people to see.
                given = delivery.get("id") if isinstance(delivery, dict) else None
                detail = f"The app delivered {kind!r}, which this version doesn't know."
                inbound.kept.append(Kept(given if isinstance(given, str) else "", "unknown-kind", detail, None))
        return inbound


def _check_signature(request):
    """Lets only the app in. The host compares, with a key that the plugin never sees."""
    try:
        tag = bytes.fromhex(hospes.header(request, "x-radwerk-signature") or "")
    except ValueError:
        tag = b""
    if not tag:
        hospes.fail("denied", "X-Radwerk-Signature is missing or isn't hexadecimal.")
    # Of the body as it came: written anew it may be other bytes.
    key = hospes.secrets.get("webhook-key")
    if not key.verify_hmac(hospes.secrets.Hash.SHA256, request.body, tag):
        hospes.fail("denied", "X-Radwerk-Signature isn't the body's.")


def _keep(checklist):
    """Keeps a text as a file. It has no record yet: it belongs to the message whose attachment refers to it."""
    upload = hospes.attachments.create("interaction", "", "checklist.txt", "text/plain")
    upload.append(checklist)
    return hospes.types.Media("checklist.txt", "text/plain", upload.finish(), len(checklist))
