"""A film of a store as a file, read by ranges of its URL at this server.

The server holds the keys and checks what the store answers; so nothing of that is here. Every request has If-Match with
the entity tag of the list, so a job fails where the server has another version, and nothing is kept for a version that
it was not made of. Stores need this more than folders: an entity tag of a store comes back when the content does.
"""

import io
import os
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from urllib.request import HTTPHandler, OpenerDirector, Request

from services.errors import RepresentationChanged

READ_BYTES = 256 * 1024  # the first range from a place; demuxers read 32 KiB at a time, mostly in sequence
_LONGEST_RANGE_BYTES = 64 * 2**20  # each range that follows on is twice as long: a range is a request to a store
_HOLE_BYTES = 1024 * 1024  # read and dropped, since that is cheaper than another request
TIMEOUT_S = 30.0  # without a byte; the server itself waits for a store for 20 s


class RemoteFilm(io.RawIOBase):
    """The film at ``url`` in the version with the entity tag ``version`` (with quotes). FFmpeg guesses by the extension
    of ``name``. ``timeout_s``: the longest wait for a byte. Who reads on a little farther gets that without another
    request: so a film in short fragments is read in sequence, and not by a request for each.

    Opening and reading raise RepresentationChanged if the server has another version, and OSError if it answers in any
    other way than expected.
    """

    def __init__(self, url: str, version: str, name: str, timeout_s: float = TIMEOUT_S) -> None:
        self.name = name
        self._timeout_s = timeout_s
        self._url = url
        self._version = version
        self._opener = OpenerDirector()
        self._opener.add_handler(HTTPHandler())  # and no others: redirects are not followed, proxies not used
        self._answer: HTTPResponse | None = None  # the range under way, which has the next bytes
        self._range_bytes = READ_BYTES
        self._reached = 0  # the byte behind the last that came
        self._position = 0  # the byte that is read next
        with self._asked("HEAD", HTTPStatus.OK) as answer:
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
        if self._position >= self._length:
            return 0
        hole = self._position - self._reached
        if hole and not (self._has_begun and 0 < hole <= _HOLE_BYTES):
            self._leave()
            self._reached, self._range_bytes = self._position, READ_BYTES
        while self._reached < self._position:
            self._received(memoryview(bytearray(min(self._position - self._reached, READ_BYTES))))
        count = self._received(buffer)
        self._position += count
        return count

    @property
    def _has_begun(self) -> bool:
        """Whether bytes have come in sequence."""
        return self._answer is not None or self._range_bytes > READ_BYTES

    def _received(self, buffer: memoryview) -> int:
        """How many of the bytes that follow are in ``buffer`` now, at least one."""
        if self._answer is None:
            self._answer = self._range()
        count = self._answer.readinto(buffer)
        if not count:
            raise ConnectionError(f"a range was cut off at byte {self._reached}")
        self._reached += count
        if self._answer.isclosed():  # the range was read to its end
            self._answer = None
            self._range_bytes = min(2 * self._range_bytes, _LONGEST_RANGE_BYTES)
        return count

    def close(self) -> None:
        self._leave()
        super().close()

    def _leave(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None

    def _range(self) -> HTTPResponse:
        last = min(self._reached + self._range_bytes, self._length) - 1
        answer = self._asked("GET", HTTPStatus.PARTIAL_CONTENT, Range=f"bytes={self._reached}-{last}")
        if answer.headers["Content-Range"] != f"bytes {self._reached}-{last}/{self._length}":
            answer.close()
            raise OSError("the server sends another range than was asked for")
        return answer

    def _asked(self, method: str, expected: HTTPStatus, **fields: str) -> HTTPResponse:
        request = Request(self._url, headers={"If-Match": self._version, **fields}, method=method)
        try:
            answer: HTTPResponse = self._opener.open(request, timeout=self._timeout_s)
        except HTTPException as error:
            raise OSError(f"the server answers no HTTP: {error}") from error
        if answer.status == expected and answer.headers["ETag"] == self._version:
            return answer
        answer.close()
        if answer.status in (expected, HTTPStatus.PRECONDITION_FAILED):
            raise RepresentationChanged("the server has another version")
        raise OSError(f"the server answers {answer.status}")
