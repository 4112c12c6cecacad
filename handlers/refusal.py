"""The answer to a client that is refused before the whole request has come, and the end of its connection.

Closing while the client still sends would reset the connection, and the answer could be lost. So the socket stays open
until the client has seen the end of the answer (RFC 9112 §9.6).

Tested by tests/wire/test_requests.py.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from tornado.httputil import format_timestamp

from services.http.head import response_head
from services.http.response import NOT_KEPT, RETRY_AFTER

_LINGER_S = 2.0
_MAX_LINGERING = 64  # descriptors are few when many are refused
_LINGER_BYTES = 16 * 1024 * 1024
_PASSING = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
_lingering: set[asyncio.Task[None]] = set()


def answer(status: HTTPStatus, help_: str = "") -> bytes:
    """The whole answer, which tells that the connection ends. ``help_``: a line for who reads it, if there is one."""
    content = f"{status.value} {status.phrase}\n{help_}".encode("ascii")
    fields = {
        "Server": "movie-streaming",
        "Date": format_timestamp(time.time()),
        "X-Content-Type-Options": "nosniff",
        "Content-Type": "text/plain; charset=utf-8",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Length": str(len(content)),
        "Connection": "close",
    }
    return response_head(status, fields | NOT_KEPT | (RETRY_AFTER if status in _PASSING else {})) + content


def close_later(connection: socket.socket, close: Callable[[socket.socket], None]) -> None:
    """Calls ``close`` when the client has closed its side or has had enough time, or at once if too many are open."""
    if len(_lingering) >= _MAX_LINGERING:
        close(connection)
        return
    task = asyncio.get_running_loop().create_task(_linger(connection, close))
    _lingering.add(task)
    task.add_done_callback(_lingering.discard)


async def _linger(connection: socket.socket, close: Callable[[socket.socket], None]) -> None:
    """Reads and drops what still comes."""
    loop = asyncio.get_running_loop()
    dropped = 0
    try:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_LINGER_S):
                while dropped < _LINGER_BYTES and (data := await loop.sock_recv(connection, 65536)):
                    dropped += len(data)
    finally:
        close(connection)
