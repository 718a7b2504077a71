"""``channel-send``: answers go out by the app."""

import hospes
from message import text
from shop import APP, good, post
from wit_world.exports.channel_send import Sent, Started


class ChannelSend:
    def send(self, message):
        if message.attachments:
            hospes.fail("unsupported", "The app shows no files: send a link instead.")
        buttons = [{"label": choice.label, "value": choice.value} for choice in message.choices]
        body = {"to": message.conversation, "text": message.text, "buttons": buttons}
        # An attempt may have arrived although its answer didn't: the id stays the same over all of them.
        response = good(hospes.http.send(post("token", f"{APP}/messages", message.id, body)))
        return Sent(external_id=text(hospes.json(response.body), "id"), attributes=[])

    def start(self, request):
        for identity in request.recipient:
            if identity.scheme == "radwerk":
                return Started(conversation=identity.value)
        hospes.fail("unsupported", "This customer has no account.")
