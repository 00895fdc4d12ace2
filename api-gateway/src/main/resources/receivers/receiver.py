# Receives webhooks. Python 3.8 or newer, no packages:
#   WEBHOOK_SECRET=whsec_... PORT=3000 python3 receiver.py
import base64
import hashlib
import hmac
import os
import re
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ.get("WEBHOOK_SECRET", "").replace("whsec_", ""))
if not KEY:
    raise SystemExit("set WEBHOOK_SECRET to the webhook's secret, whsec_...")
TOLERANCE = 5 * 60  # seconds
LARGEST = 64 * 1024  # bytes; deliveries have at most 20 KB
os.makedirs("inbox", exist_ok=True)


def verify(headers, body):
    id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", id) or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE:  # an old delivery, sent again
        return False
    digest = hmac.new(KEY, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    # While a secret is being replaced there are several signatures: one that fits is enough.
    given = headers.get("webhook-signature", "").encode("latin-1").split(b" ")
    return any(hmac.compare_digest(each, expected.encode()) for each in given)


def keep(id, body):
    """Keeps an event, once: a file appears as a whole, and never twice. Let your own code take the events from
    there, and leave the files for some days, since a repeated delivery is known by them."""
    with tempfile.NamedTemporaryFile(dir="inbox", prefix=".") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, f"inbox/{id}.json")
        except FileExistsError:
            pass  # it is there already: a repeat


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST:
            self.close_connection = True
            return self.answer(413)
        body = self.rfile.read(int(length))  # the bytes as they came: JSON written anew has no signature
        if not verify(self.headers, body):
            return self.answer(401)
        try:
            keep(self.headers["webhook-id"], body)
        except OSError as error:
            print(error)
            return self.answer(500)  # it is delivered again
        self.answer(204)  # at once: whatever takes long comes later

    def do_GET(self):
        self.answer(405)

    def answer(self, status):
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


ThreadingHTTPServer(("", int(os.environ.get("PORT", "3000"))), Receiver).serve_forever()
