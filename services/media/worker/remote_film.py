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
TIMEOUT_S = 30.0  # without a byte; the server itself waits for a store for 20 s


class RemoteFilm(io.RawIOBase):
    """The film at ``url`` in the version with the entity tag ``version`` (with quotes). FFmpeg guesses by the extension
    of ``name``. ``timeout_s``: the longest wait for a byte.

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
        self._position = 0
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
        position = max(origin + offset, 0)
        if position != self._position:
            self._position, self._range_bytes = position, READ_BYTES
            self._leave()
        return position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._position >= self._length:
            return 0
        if self._answer is None:
            self._answer = self._range()
        count = self._answer.readinto(buffer)
        if not count:
            raise ConnectionError(f"a range was cut off at byte {self._position}")
        self._position += count
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
        last = min(self._position + self._range_bytes, self._length) - 1
        answer = self._asked("GET", HTTPStatus.PARTIAL_CONTENT, Range=f"bytes={self._position}-{last}")
        if answer.headers["Content-Range"] != f"bytes {self._position}-{last}/{self._length}":
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
