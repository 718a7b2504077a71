"""A dealer's system: a small HTTP/JSON server with data of its own, which trusts nobody without its token and signature.

Usage: dealer.py TOKEN KEY. It prints its port and runs until its standard input ends.

Besides the interface that plugins/dealer/README.md documents it has three paths for the tests: POST /_mode sets how it
behaves, GET /_seen tells what it has taken, POST /_decide makes it send a decision to a webhook.
"""

import hashlib
import hmac
import json
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN, KEY = sys.argv[1], sys.argv[2].encode()

STOCK = [
    {"product": "RO-600", "name": "净水器 600", "warehouse": "广州", "available": 12, "expected_on": None},
    {"product": "RO-800", "name": "净水器 800", "warehouse": "深圳", "available": 0, "expected_on": "2026-02-01"},
]
ORDERS = {
    "O-77": {"number": "O-77", "status": "shipped", "expected_on": "2026-01-09",
             "items": [{"product": "RO-600", "quantity": 2}, {"product": "RO-800", "quantity": 1}]},
}

lock = threading.Lock()
state = {"mode": "accept", "left": None}
taken = {}  # by idempotency key: the request and its answer
requests = []  # every one, taken or not


def sign(at, body):
    return hmac.new(KEY, b"%d." % at + body, hashlib.sha256).hexdigest()


class Dealer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def known(self):
        return hmac.compare_digest(self.headers.get("authorization") or "", "Bearer " + TOKEN)

    def mode(self):
        """How to behave this time; a mode that was set for some requests ends by itself."""
        with lock:
            mode = state["mode"]
            if state["left"] is not None:
                state["left"] -= 1
                if state["left"] <= 0:
                    state.update(mode="accept", left=None)
        return mode

    def misbehaves(self, mode):
        if mode == "slow":
            time.sleep(8)
        if mode == "broken":
            self.answer(500, {"message": "out of memory"})
        elif mode == "busy":
            self.answer(503, {"message": "maintenance"}, [("retry-after", "120")])
        elif mode == "page":
            self.answer(200, b"<html>Welcome</html>")
        elif mode == "locked-out":
            self.answer(401, {"message": "token expired"})
        else:
            return False
        return True

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        if address.path == "/_seen":
            with lock:
                return self.answer(200, {"taken": list(taken.values()), "requests": len(requests)})
        if not self.known():
            return self.answer(401, {"message": "unknown token"})
        if self.misbehaves(self.mode()):
            return None
        if address.path == "/crm/v1/stock":
            wanted = urllib.parse.parse_qs(address.query).get("product")
            items = [item for item in STOCK if not wanted or item["product"] in wanted]
            return self.answer(200, {"items": items})
        if address.path.startswith("/crm/v1/orders/"):
            order = ORDERS.get(urllib.parse.unquote(address.path.rsplit("/", 1)[1]))
            return self.answer(200, order) if order else self.answer(404, {"message": "no such order"})
        return self.answer(404, {"message": "no such path"})

    def do_POST(self):
        body = self.body()
        if self.path == "/_mode":
            with lock:
                state.update(json.loads(body))
            return self.answer(200, {})
        if self.path == "/_decide":
            return self.decide(json.loads(body))
        with lock:
            requests.append(self.path)
        if not self.known():
            return self.answer(401, {"message": "unknown token"})
        try:
            at, digest = (part.split("=", 1)[1] for part in self.headers["x-dealer-signature"].split(","))
            genuine = hmac.compare_digest(sign(int(at), body), digest)
        except (AttributeError, IndexError, ValueError):
            genuine = False
        if not genuine:
            return self.answer(403, {"message": "wrong signature"})
        key = self.headers.get("idempotency-key")
        if not key or self.path not in ("/crm/v1/leads", "/crm/v1/service-requests"):
            return self.answer(400, {"message": "no idempotency key or no such path"})
        mode = self.mode()
        if self.misbehaves(mode):
            return None
        told = json.loads(body)
        with lock:
            if key not in taken:
                if mode == "refuse" or told.get("title", "").startswith("refuse"):
                    status, answer = 422, {"message": "not in our region"}
                else:
                    number = "D-%d" % (1001 + len(taken))
                    decision = "pending" if mode == "pending" else "accepted"
                    status, answer = 201, {"number": number, "decision": decision, "message": "谢谢"}
                taken[key] = {"path": self.path, "key": key, "code": self.headers.get("x-dealer-code"),
                              "body": told, "status": status, "answer": answer}
            known = taken[key]
        return self.answer(known["status"], known["answer"])

    def decide(self, request):
        """Sends a decision to the host, signed as of the time that it is told."""
        data = json.dumps(request["decision"], ensure_ascii=False).encode()
        header = "t=%d,v1=%s" % (request["at"], sign(request["at"], data))
        request = urllib.request.Request(request["url"], data, {
            "content-type": "application/json", "x-dealer-signature": header})
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                self.answer(200, {"status": response.status, "body": response.read().decode()})
        except urllib.error.HTTPError as error:
            self.answer(200, {"status": error.code, "body": error.read().decode()})

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Dealer)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
