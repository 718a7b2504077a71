"""``tools``: functions that people, automations and language models call.

What they take and return is declared in the manifest, and the host holds both sides to it.
"""

import json

import hospes
from hospes import attachments, records
from shop import is_chinese

PRICES = {"brakes": "39.00", "chain": "24.50"}

#: So much of a checklist is read.
LONGEST = 64 * 1024


class Tools:
    def call(self, name, arguments):
        given = hospes.json(arguments)
        match name:
            case "price":
                result = _price(given["job"])
            case "hand-over":
                result = _hand_over(given["ticket"])
            case "checklist":
                result = _checklist(given["file"])
            case _:
                hospes.fail("not-found", f"There is no tool {name!r}.")
        return json.dumps(result, ensure_ascii=False, separators=(",", ":"))


def _price(job):
    if job not in PRICES:
        hospes.fail("not-found", f"There is no price for {job!r}; there are {' and '.join(PRICES)}.")
    return {"amount": PRICES[job], "currency": "CNY", "job": job}


def _hand_over(ident):
    """Tells the customer that the bicycle is ready, and notes it wherever somebody will look. All of it happens or none."""
    ticket = records.get("ticket", ident)
    fields = hospes.object_of(ticket.attributes)
    chinese = is_chinese(fields.get("language"))
    if not fields.get("conversation_id"):
        hospes.fail("invalid", "The ticket has no conversation.")
    ready = "您的车修好了，随时可取。" if chinese else "Your bicycle is ready."
    message = records.message(fields["conversation_id"], ready, [])
    # With the version that it was read at: if somebody has changed the ticket meanwhile, the call runs again.
    records.update("ticket", ident, ticket.version, hospes.attributes(priority="low"))
    title = "等客户取车" if chinese else "Wait for the customer"
    task = records.create("task", hospes.attributes(title=title, subject_kind="ticket", subject_id=ident))
    # The task's id is known although it is stored only when the call has succeeded.
    records.link("task", task, "about", "ticket", ident)
    if fields.get("customer_id"):
        records.tag("customer", fields["customer_id"], ["pick-up"], [])
    return {"message": message, "task": task}


def _checklist(ident):
    """A file comes in chunks, so that it never has to fit into the sandbox as a whole."""
    file = attachments.open(ident)
    data = b""
    while len(data) < min(file.size(), LONGEST):
        chunk = file.read(len(data), 16 * 1024)
        if not chunk:
            break
        data += chunk
    return {"text": hospes.text(data)}
