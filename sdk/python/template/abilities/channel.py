class Channel:
    """Receives greetings by webhook.

    ``{"id": "1", "from": "li@example.com", "name": "Li", "text": "Hello", "at": 1767600000000000}``
    """

    def receive(self, request):
        greeting = hospes.json(request.body)
        for field in ("id", "from", "name", "text"):
            if not isinstance(greeting, dict) or not isinstance(greeting.get(field), str):
                hospes.fail("invalid", f"{field} is missing")
        message = exports.channel.Message(
            external_id=greeting["id"],
            conversation=greeting["from"],
            kind="message",
            sender=[hospes.types.Identity("email", "", greeting["from"], False)],
            sent_at=greeting["at"],
            text=greeting["text"],
            attachments=[],
            attributes=hospes.attributes(name=greeting["name"]),
        )
        answer = hospes.answer(200, hospes.setting("answer"))
        return exports.channel.Inbound(answer=answer, messages=[message], receipts=[], kept=[])
