"""A film that is on no disk, read as a file is: by ranges of its URL at this very server."""

import io
import os
from urllib.request import ProxyHandler, Request, build_opener

READ_BYTES = 256 * 1024  # at once: a demuxer asks for 32 KiB, and most often for the next
_TIMEOUT_S = 30.0


class RemoteFilm(io.RawIOBase):
    """Raises OSError where the server does not answer as it must."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = build_opener(ProxyHandler({}))
        self._position = 0
        with self._opener.open(Request(url, method="HEAD"), timeout=_TIMEOUT_S) as answer:
            self._length = int(answer.headers["Content-Length"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._length}[whence]
        self._position = max(origin + offset, 0)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        last = min(self._position + len(buffer), self._length) - 1
        if last < self._position:
            return 0
        wanted = Request(self._url, headers={"Range": f"bytes={self._position}-{last}"})
        with self._opener.open(wanted, timeout=_TIMEOUT_S) as answer:
            content = answer.read()
        if answer.status != 206 or len(content) != last - self._position + 1:
            raise OSError(f"a range was answered by {answer.status} and {len(content)} bytes")
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)


def open_film(location: str) -> io.BufferedReader:
    """``location`` is a path, or a URL of this server."""
    if location.startswith("http://"):
        return io.BufferedReader(RemoteFilm(location), READ_BYTES)
    return open(location, "rb")
