"""``channel-poll``: asks the app for messages, for workshops that no webhook can reach."""

from urllib.parse import quote

import hospes
from message import message
from shop import APP, good, request
from wit_world.exports.channel import Kept
from wit_world.exports.channel_poll import Batch


class ChannelPoll:
    def poll(self, cursor):
        url = f"{APP}/messages?after={quote(cursor or '0', safe='')}"
        page = hospes.json(good(hospes.http.send(request("token", "GET", url))).body)
        if not isinstance(page, dict) or not isinstance(page.get("messages"), list):
            hospes.fail("invalid", "The app's answer has no messages.")
        # The cursor is stored together with the messages, so that none is lost and none comes twice.
        after = page.get("next") or cursor
        batch = Batch(messages=[], receipts=[], kept=[], cursor=after, more=page.get("more") is True)
        for item in page["messages"]:
            try:
                batch.messages.append(message(item))
            except hospes.Err as refused:
                # One that can't be read mustn't hold up those behind it.
                given = item.get("id") if isinstance(item, dict) else None
                external_id = given if isinstance(given, str) else ""
                batch.kept.append(Kept(external_id, "unreadable", refused.value.message, None))
        return batch
