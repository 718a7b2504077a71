"""A ticket's conversation, as far as the grants reach, cut to what a prompt may hold."""

from collections import deque
from typing import Any, NamedTuple

import hospes
from componentize_py_types import Err

from core.redaction import Redactor
from failure import Failure
from settings import Settings

_PAGE = 200
#: Kinds of interactions in which customer and company speak to each other. Notes are the company's own: what stands in them
#: mustn't get into an answer.
_SPOKEN = frozenset(("message", "call", "choice"))
#: Characters of one message.
_LONGEST_MESSAGE = 4_000


class Message(NamedTuple):
    """One message, choice or call."""

    inbound: bool
    at: str
    text: str


class Conversation(NamedTuple):
    """A ticket and its latest messages, oldest first."""

    subject: str
    language: str
    messages: list[Message]

    def data(self) -> dict[str, Any]:
        """For a prompt."""
        messages = [
            {"from": "customer" if one.inbound else "company", "at": one.at, "text": one.text} for one in self.messages
        ]
        return {"subject": self.subject, "messages": messages}

    def unanswered(self) -> str:
        """What the customer wrote since the company's last answer; else the customer's last message."""
        latest: deque[str] = deque()
        for one in reversed(self.messages):
            if one.inbound:
                latest.appendleft(one.text)
            elif latest:
                break
        return "\n".join(latest)


def of_ticket(settings: Settings, ticket: str, redactor: Redactor) -> Conversation:
    """The conversation of a ticket. Personal numbers in it are hidden, if the settings say so."""
    fields = hospes.object_of(_ticket(ticket).attributes)
    latest = deque(_messages(ticket), maxlen=settings.messages)
    chosen: deque[Message] = deque()
    left = settings.characters
    for one in reversed(latest):
        text = redactor.hide(one.text)[:_LONGEST_MESSAGE]
        if chosen and len(text) > left:
            break
        text = text[:left]
        left -= len(text)
        chosen.appendleft(one._replace(text=text))
    if not chosen:
        raise Failure("no-messages", "invalid")
    return Conversation(redactor.hide(fields.get("subject") or ""), fields.get("language") or "", list(chosen))


def _ticket(ticket: str) -> Any:
    try:
        return hospes.records.get("ticket", ticket)
    except Err as error:
        if error.value.code in ("not-found", "invalid"):
            raise Failure("no-ticket", "not-found", ticket=ticket) from None
        raise


def _messages(ticket: str) -> Any:
    """The messages of a ticket, oldest first."""
    records, types = hospes.records, hospes.types
    condition = records.Condition("ticket_id", records.Comparison.EQUAL, types.Value_Text(ticket))
    cursor = None
    while True:
        page = records.find(records.Query("interaction", [condition], _PAGE, cursor))
        for item in page.items:
            fields = hospes.object_of(item.attributes)
            text = (fields.get("text") or "").strip()
            if text and fields.get("kind") in _SPOKEN:
                yield Message(bool(fields.get("inbound")), f"{fields['occurred_at']:%Y-%m-%d %H:%M}", text)
        if not (cursor := page.next):
            return
