"""An HTTP client that is never the limit: the kernel drops the content, so nothing is copied to this process."""

import re
import socket
import struct
from types import TracebackType

TIMEOUT_S = 60.0  # for any one wait; a server that takes longer is not measured
_DISCARD = socket.MSG_TRUNC  # tcp(7): received bytes are dropped rather than copied
_HEAD_LIMIT_BYTES = 4096
_BUFFER = bytearray(8 * 1024 * 1024)  # the most that is dropped at once; never written to, so it takes no memory


class BadAnswer(Exception):
    """The answer is not the film: another status, no length, or cut off."""


class NotFound(BadAnswer):
    """404: the server does not know this film, at least not yet."""


class Connection:
    """One keep-alive connection to a server on this machine.

    ``source`` is its own address, any of 127/8: a crowd from one address would be taken for an attack.
    ``receive_buffer_bytes`` is what it can hold unread; 0: the kernel's choice, as in a browser.
    """

    def __init__(
        self, port: int, source: str = "127.0.0.1", timeout_s: float = TIMEOUT_S, receive_buffer_bytes: int = 0
    ) -> None:
        self.socket = socket.socket()
        try:
            self._connect(port, source, timeout_s, receive_buffer_bytes)
        except BaseException:
            self.socket.close()
            raise

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def ask(self, path: str, span: tuple[int, int] | None = None) -> None:
        """Requests the film, or the bytes of ``span``: first and last, both included."""
        range_field = f"Range: bytes={span[0]}-{span[1]}\r\n" if span else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{range_field}\r\n".encode("latin-1"))

    def content_left(self, span: tuple[int, int] | None = None) -> tuple[int, int]:
        """Reads the head of the answer. Returns the length of its content and how much is still to come, in bytes."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._some(_HEAD_LIMIT_BYTES)
        head, _, content = received.partition(b"\r\n\r\n")
        length = re.search(rb"\ncontent-length: *(\d+)", head, re.IGNORECASE)
        status = int(head.split(maxsplit=2)[1])
        if status != (206 if span else 200) or not length or (span and int(length[1]) != span[1] - span[0] + 1):
            raise (NotFound if status == 404 else BadAnswer)(head.decode("latin-1"))
        return int(length[1]), int(length[1]) - len(content)

    def drop(self, count: int) -> None:
        """Takes ``count`` bytes of content from the connection."""
        while count > 0:
            count -= self.drop_some(count, socket.MSG_WAITALL)

    def drop_some(self, limit: int, flags: int = 0) -> int:
        """Takes what has come, at least one byte and at most ``limit``. Returns the number of bytes."""
        try:
            count = self.socket.recv_into(_BUFFER, min(limit, len(_BUFFER)), _DISCARD | flags)
        except BlockingIOError as error:
            raise TimeoutError("the server sends nothing") from error
        if not count:
            raise BadAnswer("the server closed the connection")
        return count

    def fetch(self, path: str, span: tuple[int, int] | None = None) -> int:
        """Asks, and takes the whole answer. Returns the length of its content in bytes."""
        self.ask(path, span)
        length, left = self.content_left(span)
        self.drop(left)
        return length

    def _connect(self, port: int, source: str, timeout_s: float, receive_buffer_bytes: int) -> None:
        if receive_buffer_bytes:  # before it connects, since it bounds the window that is agreed upon then
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self.socket.settimeout(timeout_s)
        self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The kernel keeps the time: Python's own timeouts make a socket non-blocking, and MSG_WAITALL would not wait.
        self.socket.settimeout(None)
        timeval = struct.pack("@ll", int(timeout_s), int(timeout_s % 1 * 1e6))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval)

    def _some(self, limit: int) -> bytes:
        try:
            data = self.socket.recv(limit)
        except BlockingIOError as error:
            raise TimeoutError("the server does not answer") from error
        if not data:
            raise BadAnswer("the server closed the connection")
        return data
