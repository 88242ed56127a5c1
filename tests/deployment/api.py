"""The deployed API as its distribution speaks to it: tokens, and requests and connections with the origin header."""

import base64
import hashlib
import hmac
import http.client
import json
import time
from urllib.parse import urlsplit

ORIGIN_HEADER = "holdfast-origin"


def token(secret: str, subject: str, *, admin: bool = False) -> str:
    """A buyer's token, or an admin's, for an hour."""
    claims = {"sub": subject, "exp": int(time.time()) + 3600, **({"roles": ["admin"]} if admin else {})}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signed = b".".join(parts)
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + signature).decode()


class Api:
    """One client: what it shows, and who it is."""

    def __init__(self, base: str, origin: str | None, bearer: str | None = None):
        self.base, self.origin, self.bearer = base, origin, bearer

    def as_(self, bearer: str) -> "Api":
        """The same for somebody else."""
        return Api(self.base, self.origin, bearer)

    def ask(self, method: str, path: str, body=None, headers=None) -> tuple[int, dict, dict]:
        """Status, headers and JSON of an answer; an `OSError` or `HTTPException` where there was none."""
        address = urlsplit(self.base)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        shown = {
            **({ORIGIN_HEADER: self.origin} if self.origin else {}),
            **({"authorization": f"Bearer {self.bearer}"} if self.bearer else {}),
            **({"content-type": "application/json"} if body is not None else {}),
            **(headers or {}),
        }
        try:
            connection.request(method, f"{address.path}{path}", None if body is None else json.dumps(body), shown)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        try:
            parsed = json.loads(text) if text else {}
        except ValueError:
            parsed = {"text": text.decode(errors="replace")}
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, parsed


class Line:
    """A WebSocket connection, as much of it as a ping of Holdfast's needs; `status` of the handshake is 101 where it was let in."""

    def __init__(self, address: str, origin: str | None):
        url = urlsplit(address)
        self.connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        headers = {
            "upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13",
            "sec-websocket-key": base64.b64encode(b"holdfast-is-here").decode(), **({ORIGIN_HEADER: origin} if origin else {}),
        }
        self.connection.putrequest("GET", f"{url.path}?{url.query}")
        for name, value in headers.items():
            self.connection.putheader(name, value)
        self.connection.endheaders()
        self.stream = self.connection.sock.makefile("rb")
        self.status = int(self.stream.readline().split(b" ")[1])
        while self.stream.readline() not in (b"\r\n", b""):
            pass

    def ask(self, message: dict) -> dict:
        """The frame that comes next after a message of less than 126 bytes was sent (RFC 6455, 5.2): its answer, where nothing was pushed."""
        data = json.dumps(message).encode()
        mask = b"\x01\x02\x03\x04"
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        self.connection.sock.sendall(bytes([0x81, 0x80 | len(data)]) + mask + masked)
        return self.read()

    def read(self) -> dict:
        """The next text frame of less than 65,536 bytes."""
        while True:
            kind, length = self.stream.read(2)
            length = int.from_bytes(self.stream.read(2)) if length == 126 else length
            text = self.stream.read(length)
            if kind == 0x81:
                return json.loads(text)

    def close(self):
        """Ends the connection."""
        self.stream.close()
        self.connection.close()
