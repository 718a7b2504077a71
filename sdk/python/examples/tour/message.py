"""A message as the app writes it, which comes by webhook and by polling."""

import hospes
from wit_world import exports

#: The latest time that the contract can hold, in the app's milliseconds.
LATEST = (2**63 - 1) // 1_000


def text(of, field):
    """A field that has to be a text."""
    value = of.get(field) if isinstance(of, dict) else None
    if not isinstance(value, str):
        hospes.fail("invalid", f"{field} is missing, or no text.")
    return value


def is_integer(value):
    """Whether JSON has a whole number here; in Python ``True`` is one, too."""
    return isinstance(value, int) and not isinstance(value, bool)


def message(read):
    """The message as the host takes it. Fields that aren't read are left alone, so that the app may grow."""
    ident, account = text(read, "id"), text(read, "from")
    # The host would keep these as `no-id` and `no-sender`; the app should know that it has a fault.
    if not ident or not account:
        hospes.fail("invalid", "A message needs an id and somebody whom it is from.")
    if not is_integer(read.get("sent")) or abs(read["sent"]) > LATEST:
        hospes.fail("invalid", "sent is no time.")
    # The app vouches for its accounts. A frame number is what somebody typed.
    sender = [hospes.types.Identity("radwerk", "", account, True)]
    if isinstance(read.get("frame"), str):
        sender.append(hospes.types.Identity("bike-frame", "", read["frame"], False))
    attachments = []
    if isinstance(read.get("photo"), str):
        attachments.append(hospes.types.Media("photo.jpg", "image/jpeg", read["photo"], None))
    return exports.channel.Message(
        external_id=ident,
        conversation=account,
        kind="message",
        sender=sender,
        sent_at=read["sent"] * 1_000,
        text=text(read, "text"),
        attachments=attachments,
        attributes=hospes.attributes(name=read["name"]) if isinstance(read.get("name"), str) else [],
    )
