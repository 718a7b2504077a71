class ChannelSend:
    """Sends messages by a provider's HTTP interface."""

    def send(self, message):
        http = hospes.http
        body = json.dumps({"to": message.conversation, "text": message.text}).encode()
        headers = [
            http.RequestHeader("authorization", [http.Piece_Text("Bearer "), http.Piece_Secret("token")]),
            http.RequestHeader("content-type", [http.Piece_Text("application/json")]),
            http.RequestHeader("idempotency-key", [http.Piece_Text(message.id)]),
        ]
        url = [http.Piece_Text("https://api.example.com/messages")]
        response = http.send(http.Request("POST", url, headers, http.Content_Bytes(body), None))
        if response.status >= 500:
            hospes.fail("unavailable", f"the provider answered {response.status}", 10_000)
        if response.status >= 300:
            hospes.fail("invalid", f"the provider answered {response.status}")
        return exports.channel_send.Sent(external_id=str(hospes.json(response.body)["id"]), attributes=[])

    def start(self, request):
        hospes.fail("unsupported", "This channel can't write first: the customer has to begin.")
