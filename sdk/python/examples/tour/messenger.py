"""``messenger``: the staff reads what happened in the workshop's app."""

import hospes
from shop import APP, good, post
from wit_world.exports.messenger import Receipt


class Messenger:
    def deliver(self, notifications):
        return [Receipt(notification.id, "", self.failure(notification)) for notification in notifications]

    def failure(self, notification):
        """What the app refuses is this notification's own; that nothing could be sent at all is the whole call's."""
        if not notification.address:
            return hospes.types.Error("not-found", "Enter your account in the app in your settings.", None)
        body = {"to": notification.address, "text": f"{notification.text} {notification.url}".strip()}
        response = hospes.http.send(post("token", f"{APP}/messages", notification.id, body))
        try:
            good(response)
        except hospes.Err as refused:
            return refused.value
        return None
