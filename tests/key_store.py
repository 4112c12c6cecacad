"""An S3 store whose objects may have any names. Its lists and answers follow from what a test puts into it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote_plus, unquote_to_bytes
from xml.sax.saxutils import escape

from tests.hand_server import HandServer


@dataclass(frozen=True)
class Stored:
    """``listed`` is the storage class in the list; ``told`` are further fields of HEAD and GET. If there is a
    ``refusal``, GET gets an error of this code, with ``refusal_status``."""

    content: bytes
    tag: str = '"0123456789abcdef"'
    listed: str = "STANDARD"
    told: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    refusal_status: int = 403


class KeyStore(HandServer):
    """One bucket, ``films``, asked for by path. ``encode`` writes the names in its list if URL encoding is asked for;
    ``says`` is the element in which the list says so."""

    def __init__(self, objects: dict[bytes, Stored], page_size: int = 1000) -> None:
        super().__init__()
        self.objects = objects
        self.page_size = page_size
        self.encode: Callable[[bytes], str] = quote_plus
        self.says = "<EncodingType>url</EncodingType>"
        self.heads: list[str] = []  # of all requests
        self._encodes = False
        self.targets: list[str] = []  # "GET /films/a.mp4" and so on, without a query
        self.listing: Callable[[str], tuple[int, bytes]] = self.page  # the list for a token; a test may replace it

    @property
    def environment(self) -> dict[str, str]:
        keys = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
        return {"AWS_ENDPOINT_URL": self.url, **keys}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                self.heads.append(head)
                request_line, *lines = head.split("\r\n")
                method, target, _ = request_line.split(" ")
                fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                writer.write(self._answer(method, target, fields))
                await writer.drain()
        except asyncio.CancelledError:
            pass
        finally:
            writer.transport.abort()

    def _answer(self, method: str, target: str, fields: dict[str, str]) -> bytes:
        path, _, query = target.partition("?")
        self.targets.append(f"{method} {path}")
        if "list-type=2" in query:
            self._encodes = "encoding-type=url" in query
            status, document = self.listing(parse_qs(query).get("continuation-token", [""])[0])
            return _message(status, {"Content-Type": "application/xml"}, document)
        stored = self.objects.get(unquote_to_bytes(path.removeprefix("/films/")))
        if stored is None:
            return _message(404, {}, _error("NoSuchKey") if method == "GET" else b"")
        told = {"ETag": stored.tag, "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT", **stored.told}
        if method == "HEAD":
            return _message(200, told | {"Content-Length": str(len(stored.content))}, b"")
        if stored.refusal:
            return _message(stored.refusal_status, {}, _error(stored.refusal))
        first, last = map(int, fields["range"].removeprefix("bytes=").split("-"))
        told["Content-Range"] = f"bytes {first}-{last}/{len(stored.content)}"
        return _message(206, told, stored.content[first : last + 1])

    def page(self, token: str) -> tuple[int, bytes]:
        """The page that begins at the key that is ``token``, encoded."""
        keys = [key for key in sorted(self.objects) if key >= unquote_to_bytes(token.replace("+", " "))]
        shown, rest = keys[: self.page_size], keys[self.page_size :]
        token = f"<NextContinuationToken>{quote_plus(rest[0])}</NextContinuationToken>" if rest else ""
        names = [(self.encode(key) if self._encodes else key.decode(), self.objects[key]) for key in shown]
        contents = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>{stored.tag}</ETag><Size>{len(stored.content)}</Size>"
            f"<StorageClass>{stored.listed}</StorageClass></Contents>"
            for name, stored in names
        )
        says = self.says if self._encodes else ""
        document = (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"{says}<IsTruncated>{'true' if rest else 'false'}</IsTruncated>{token}{contents}</ListBucketResult>"
        )
        return 200, document.encode()


def _error(code: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>No.</Message></Error>'.encode()


def _message(status: int, fields: dict[str, str], content: bytes) -> bytes:
    fields = {"Content-Length": str(len(content))} | fields
    lines = [f"HTTP/1.1 {status} Some", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + content
