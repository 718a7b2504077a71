class ChannelPoll:
    """Asks a provider for new messages."""

    def poll(self, cursor):
        http = hospes.http
        url = [http.Piece_Text(f"https://api.example.com/messages?after={quote(cursor or '0')}")]
        token = [http.Piece_Text("Bearer "), http.Piece_Secret("reading-token")]
        headers = [http.RequestHeader("authorization", token)]
        response = http.send(http.Request("GET", url, headers, http.Content_Bytes(b""), None))
        if response.status != 200:
            hospes.fail("unavailable", f"the provider answered {response.status}", 10_000)
        came = hospes.json(response.body)["messages"]
        messages = [
            exports.channel_poll.channel.Message(
                external_id=str(message["id"]),
                conversation=message["from"],
                kind="message",
                sender=[hospes.types.Identity("email", "", message["from"], False)],
                sent_at=message["at"],
                text=message["text"],
                attachments=[],
                attributes=[],
            )
            for message in came
        ]
        cursor = str(came[-1]["id"]) if came else cursor
        return exports.channel_poll.Batch(messages=messages, receipts=[], kept=[], cursor=cursor, more=False)
