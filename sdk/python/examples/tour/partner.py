"""``partner``: the wholesaler of parts, whose system takes orders and knows its stock."""

from urllib.parse import quote

import hospes
from message import is_integer, text
from shop import is_chinese, post, request
from wit_world.exports.partner import Receipt

WHOLESALER = "https://parts.example.com"


class Partner:
    def push(self, shares):
        # All at once: one after the other could take longer than the call has.
        return [_receipt(share, result) for share, result in zip(shares, hospes.http.send_many([*map(_order, shares)]))]

    def query(self, question):
        if question.name != "stock":
            hospes.fail("unsupported", 'The wholesaler can be asked for "stock".')
        part = hospes.object_of(question.parameters).get("part")
        if not isinstance(part, str):
            hospes.fail("invalid", 'Which part? Give the parameter "part".')
        url = f"{WHOLESALER}/stock?part={quote(part, safe='')}"
        response = hospes.http.send(request("parts-token", "GET", url))
        if not _is_good(response):
            _fail(response)
        titles = ("配件", "库存") if is_chinese(question.language) else ("Part", "In stock")
        columns = [hospes.types.Column(name, title) for name, title in zip(("part", "available"), titles)]
        items = hospes.json(response.body).get("items", [])
        return hospes.types.Table(columns, [_row(item) for item in items])


def _order(share):
    # The share's id stays the same however often it is pushed.
    return post("parts-token", f"{WHOLESALER}/orders", share.id, {"note": share.note, "subject": share.subject.id})


def _receipt(share, result):
    # If one can't be delivered all are pushed again; the wholesaler knows those that it has by their keys.
    if isinstance(result, hospes.Err):
        raise result
    response = result.value
    accepted = _is_good(response)
    if not accepted and response.status != 409:
        _fail(response)
    # A refusal is an answer, too: people read it on the timeline.
    answer = hospes.json(response.body)
    return Receipt(share.id, accepted, str(answer.get("number", "")), str(answer.get("message", "")))


def _row(item):
    part, available = text(item, "part"), item.get("available")
    if not is_integer(available):
        hospes.fail("invalid", "The wholesaler's answer has a stock that is no number.")
    return [hospes.value(part), hospes.value(available)]


def _is_good(response):
    return 200 <= response.status < 300


def _fail(response):
    hospes.fail("unavailable", f"The wholesaler answered {response.status}.", 30_000)
