"""An SMTP server and a reader of mail that nobody here wrote, for the tests: aiosmtpd and Python's own `email`.

    mail.py serve PORT FOLDER    takes mail into FOLDER, one file each, in the order of arrival
    mail.py read FILE            prints what a mail says, as JSON

A recipient whose address begins with `refuse` is refused for good, one that begins with `later` for now.
"""

import base64
import email.policy
import json
import pathlib
import sys

from aiosmtpd.controller import Controller


class Keeper:
    """Keeps what arrives."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = len(list(self.folder.glob("*.eml")))

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refuse"):
            return "550 5.1.1 There is no such mailbox here"
        if address.startswith("later"):
            return "451 4.7.1 Greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = f"{self.count:04}"
        about = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "helo": session.host_name}
        (self.folder / f"{name}.json").write_text(json.dumps(about))
        # Whoever looks for mail sees it only whole.
        whole = self.folder / f"{name}.part"
        whole.write_bytes(envelope.original_content)
        whole.rename(self.folder / f"{name}.eml")
        return "250 2.0.0 Kept as " + name


def serve(port, folder):
    controller = Controller(Keeper(folder), hostname="127.0.0.1", port=int(port), data_size_limit=64 << 20)
    controller.start()
    print("ready", flush=True)
    # Ends with its parent: the standard input closes then.
    sys.stdin.read()
    controller.stop()


def part(message):
    content = message.get_content()
    if isinstance(content, email.message.EmailMessage):
        content = content.as_bytes()
    raw = content.encode() if isinstance(content, str) else content
    return {
        "name": message.get_filename(),
        "type": message.get_content_type(),
        "id": message["content-id"],
        "base64": base64.b64encode(raw).decode(),
    }


def read(file):
    message = email.message_from_bytes(pathlib.Path(file).read_bytes(), policy=email.policy.default)
    headers = {}
    for name, value in message.items():
        headers.setdefault(name.lower(), []).append(str(value))
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    said = {
        "headers": headers,
        "text": text.get_content() if text else None,
        "html": html.get_content() if html else None,
        "files": [part(each) for each in message.iter_attachments()] if message.is_multipart() else [],
        "defects": [str(defect) for each in message.walk() for defect in each.defects],
    }
    print(json.dumps(said))


if __name__ == "__main__":
    {"serve": serve, "read": read}[sys.argv[1]](*sys.argv[2:])
