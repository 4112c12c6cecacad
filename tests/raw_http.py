"""HTTP/1.1 spoken by hand, for what clients hide."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Response:
    """``fields`` by lower-case name; a name that comes twice holds both, joined by a comma."""

    status: int
    fields: dict[str, str]
    content: bytes


class RawConnection:
    """One TCP connection. Reads have no limit of their own: the test's timeout ends them."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, port: int, **options: object) -> "RawConnection":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**20, **options))

    async def __aenter__(self) -> "RawConnection":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def request(self, method: str, target: str, *fields: str, content: str = "") -> Response:
        length = (f"Content-Length: {len(content.encode())}",) if content else ()
        await self.send(request_head(method, target, *fields, *length) + content.encode())
        return await self.response(method)

    async def post(self, target: str, form: str, *fields: str) -> Response:
        """Sends a form, as a browser does."""
        return await self.request(
            "POST", target, "Content-Type: application/x-www-form-urlencoded", *fields, content=form
        )

    async def response(self, method: str = "GET") -> Response:
        """The next response. If it has content, it must tell its length."""
        status, fields = await self.response_head()
        length = 0 if method == "HEAD" or status in (204, 304) else int(fields["content-length"])
        return Response(status, fields, await self.reader.readexactly(length))

    async def response_head(self) -> tuple[int, dict[str, str]]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        fields: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            name = name.lower()
            fields[name] = f"{fields[name]}, {value.strip()}" if name in fields else value.strip()
        return int(status_line.split(" ")[1]), fields

    async def is_closed(self) -> bool:
        """Whether the server ends the connection without sending more. Waits for one or the other."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionResetError:
            return True


def request_head(method: str, target: str, *fields: str) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *fields]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n"
