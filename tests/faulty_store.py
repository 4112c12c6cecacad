"""An S3 store that answers wrongly when a test tells it to: one fault for each GET of its film."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from tests.hand_server import HandServer

KEY = "film.mkv"
MP4_KEY = "film.mp4"  # of films whose first bytes are looked at before they are sent
TAG = '"0123456789abcdef"'


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer; nothing by default. After ``cut_after`` bytes of content the connection is reset;
    after ``hang_after`` nothing more comes (-1: not even the head comes). ``document`` is the content that comes with
    ``status``."""

    status: int = 0
    document: bytes = b"no"
    cut_after: int | None = None
    hang_after: int | None = None
    tag: str = TAG
    whole: bool = False
    shift: int = 0
    ignores_if_match: bool = False
    head: bytes | None = None


FINE = Fault()


class FaultyStore(HandServer):
    """Serves ``content`` as ``key`` of any bucket. ``fault`` says what is wrong with the next answer to a GET of it."""

    def __init__(self, content: bytes, tls: ssl.SSLContext | None = None, key: str = KEY) -> None:
        super().__init__(tls)
        self.key = key
        self.content = content
        self.tells = asyncio.Event()  # a request for what it has, or for a status, waits for it
        self.tells.set()
        self.tag = TAG
        self.fault: Callable[[], Fault] = lambda: FINE
        self.ranges: list[str] = []
        self.heads: list[str] = []  # of all requests
        self.open = 0
        self.sending = 0  # answers to GETs of the film, that were not taken to their end

    def hang_up(self) -> None:
        """Closes all connections."""
        for task in self.serving:
            task.cancel()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                await self._answer(head, writer)
        except asyncio.CancelledError:
            pass
        finally:
            self.open -= 1
            writer.transport.abort()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        self.heads.append(head)
        request_line, *lines = head.split("\r\n")
        method, target, _ = request_line.split(" ")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        path = target.partition("?")[0]
        if method == "HEAD" or not path.endswith(self.key):
            await self.tells.wait()
        if not path.endswith(self.key):
            await _send(writer, 200, {}, self._listing())
        elif method == "HEAD":
            await _send(writer, 200, {"ETag": self.tag, "Content-Length": str(len(self.content))}, b"")
        else:
            self.sending += 1
            try:
                await self._answer_get(fields, self.fault(), writer)
            finally:
                self.sending -= 1

    async def _answer_get(self, fields: dict[str, str], fault: Fault, writer: asyncio.StreamWriter) -> None:
        self.ranges.append(fields["range"])
        first, last = map(int, fields["range"].removeprefix("bytes=").split("-"))
        tag = fault.tag if fault.tag != TAG else self.tag
        if fault.status:
            await _send(writer, fault.status, {}, fault.document)
        elif fields.get("if-match") != tag and not fault.ignores_if_match:
            await _send(writer, 412, {}, b"")
        elif fault.whole:
            await _send(writer, 200, {"ETag": tag}, self.content, fault)
        else:
            first += fault.shift
            content_range = f"bytes {first}-{last}/{len(self.content)}"
            await _send(
                writer, 206, {"ETag": tag, "Content-Range": content_range}, self.content[first : last + 1], fault
            )

    def _listing(self) -> bytes:
        return (
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated><Contents>'
            f"<Key>{self.key}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>{self.tag}</ETag>"
            f"<Size>{len(self.content)}</Size></Contents></ListBucketResult>"
        ).encode()


async def _send(
    writer: asyncio.StreamWriter, status: int, fields: dict[str, str], content: bytes, fault: Fault = FINE
) -> None:
    fields = {"Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT", "Content-Length": str(len(content))} | fields
    lines = [f"HTTP/1.1 {status} Some", *(f"{name}: {value}" for name, value in fields.items())]
    head = fault.head if fault.head is not None else ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    stop = next((each for each in (fault.cut_after, fault.hang_after) if each is not None), None)
    if stop is not None:
        head, content = (b"", b"") if stop < 0 else (head, content[:stop])
    writer.write(head + content)
    await writer.drain()
    if fault.hang_after is not None:
        await asyncio.get_running_loop().create_future()  # until the store ends
    if fault.cut_after is not None:
        raise ConnectionAbortedError
