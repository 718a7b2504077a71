class Messenger:
    """Notifies people who work here by a messenger's HTTP interface."""

    def deliver(self, notifications):
        return [self.deliver_one(notification) for notification in notifications]

    def deliver_one(self, notification):
        http = hospes.http
        text = f"{notification.text} {notification.url}".strip()
        body = json.dumps({"to": notification.address, "text": text}).encode()
        headers = [
            http.RequestHeader("authorization", [http.Piece_Text("Bearer "), http.Piece_Secret("messenger-token")]),
            http.RequestHeader("content-type", [http.Piece_Text("application/json")]),
            http.RequestHeader("idempotency-key", [http.Piece_Text(notification.id)]),
        ]
        url = [http.Piece_Text("https://messenger.example.com/notify")]
        response = http.send(http.Request("POST", url, headers, http.Content_Bytes(body), None))
        message, failure = f"the messenger answered {response.status}", None
        if response.status >= 500:
            failure = hospes.types.Error("unavailable", message, 60_000)
        elif response.status >= 300:
            failure = hospes.types.Error("invalid", message, None)
        return exports.messenger.Receipt(notification.id, "", failure)
