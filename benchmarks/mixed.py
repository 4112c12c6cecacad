"""Viewers of many kinds, as a server of films has them. They compare every byte with what it should be."""

import mmap
import random
import re
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import quote

from benchmarks.effort import KIB, MIB

LINE_BYTES = 16
TIMEOUT_S = 60.0  # for any one wait
_CHUNK_BYTES = 64 * KIB
_SMALL_BUFFER_BYTES = 32 * KIB  # what a slow viewer can hold unread; the kernel rounds it up
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close by a reset


class Film:
    """A film in which every line tells the film's name and the line's offset."""

    def __init__(self, folder: Path, number: int, length: int) -> None:
        file = folder / f"Film {number}.mp4"
        lines = range(0, length, LINE_BYTES)
        with file.open("wb") as output:
            for first in range(0, len(lines), MIB):
                block = b"".join(b"%03d %011d\n" % (number, offset) for offset in lines[first : first + MIB])
                output.write(block[: length - first * LINE_BYTES])
        self.path = f"/videos/{quote(file.name)}"
        self.length = length
        with file.open("rb") as content:
            self.content = mmap.mmap(content.fileno(), 0, prot=mmap.PROT_READ)


@dataclass
class Tally:
    """What all viewers met. ``faults`` describes the first few things that should not have happened."""

    requests: int = 0
    compared_bytes: int = 0
    wrong_bytes: int = 0
    server_errors: int = 0
    other_faults: int = 0  # an answer that was cut off, or of another status or length than it should have
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, requests: int = 0, compared_bytes: int = 0) -> None:
        with self._lock:
            self.requests += requests
            self.compared_bytes += compared_bytes

    def add_fault(self, words: str, wrong_bytes: int = 0, server_errors: int = 0, other_faults: int = 0) -> None:
        with self._lock:
            self.wrong_bytes += wrong_bytes
            self.server_errors += server_errors
            self.other_faults += other_faults
            self.faults = [*self.faults, words][:20]


class Unexpected(Exception):
    """An answer is not as it should be. The message says what is wrong."""


class Viewer(threading.Thread):
    """Does what its kind does, again and again, until ``over`` is set."""

    def __init__(
        self, kind: str, port: int, films: list[Film], tally: Tally, over: threading.Event, chance: random.Random
    ) -> None:
        super().__init__(name=kind, daemon=True)
        self._act = KINDS[kind]
        self._port, self._films, self._tally = port, films, tally
        self.over, self.chance = over, chance

    def run(self) -> None:
        while not self.over.is_set():
            film = self.chance.choice(self._films)
            try:
                with closing(HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)) as connection:
                    connection.connect()
                    self._act(self, connection, film)
            except (OSError, HTTPException, Unexpected) as error:
                self._tally.add_fault(f"{self.name}, {film.path}: {error or type(error).__name__}", other_faults=1)

    def rests(self, least_s: float, most_s: float) -> None:
        self.over.wait(self.chance.uniform(least_s, most_s))

    def asks(
        self, connection: HTTPConnection, path: str, status: int, method: str = "GET", **fields: str
    ) -> HTTPResponse:
        """The answer. Raises Unexpected if it has another status."""
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in fields.items()})
        answer = connection.getresponse()
        self._tally.add(requests=1)
        if answer.status >= 500:
            self._tally.add_fault(f"{self.name}, {path}: {answer.status}", server_errors=1)
        elif answer.status != status:
            raise Unexpected(f"{answer.status} for {status}, {fields}")
        return answer

    def takes(self, answer: HTTPResponse, film: Film, first: int, count: int, pause_s: float = 0.0) -> None:
        """Takes the next ``count`` bytes of a film, from position ``first``, with a pause after each chunk.

        Raises Unexpected if they do not come, or are others.
        """
        last = first + count
        while first < last and not (pause_s and self.over.wait(pause_s)):
            data = answer.read(min(_CHUNK_BYTES, last - first))
            if not data:
                raise Unexpected(f"cut off at {first}")
            self.compares(data, film, first)
            first += len(data)

    def compares(self, data: bytes, film: Film, first: int) -> None:
        expected = film.content[first : first + len(data)]
        if data != expected:
            wrong = sum(one != other for one, other in zip(data, expected, strict=False)) + len(data) - len(expected)
            words = f"{self.name}, {film.path}: {wrong} wrong bytes from {first} on: {data[:40]!r}"
            self._tally.add_fault(words, wrong_bytes=wrong)
        self._tally.add(compared_bytes=len(data))

    def opens(self, connection: HTTPConnection, film: Film) -> tuple[HTTPResponse, int]:
        """Asks from a random position to the film's end, as browsers do. Returns the answer and the position."""
        first = self.chance.randrange(film.length)
        answer = self.asks(connection, film.path, 206, Range=f"bytes={first}-")
        if answer.headers["Content-Range"] != f"bytes {first}-{film.length - 1}/{film.length}":
            raise Unexpected(f"another range from {first} on: {answer.headers['Content-Range']}")
        return answer, first


def _seeks(viewer: Viewer, connection: HTTPConnection, film: Film) -> None:
    """Takes a piece, then seeks on a new connection, as browsers do."""
    answer, first = viewer.opens(connection, film)
    viewer.takes(answer, film, first, min(viewer.chance.randrange(4 * MIB), film.length - first))
    viewer.rests(0, 0.3)


def _pauses(viewer: Viewer, connection: HTTPConnection, film: Film) -> None:
    """Pauses twice, and goes on where it was."""
    answer, first = viewer.opens(connection, film)
    for longest_s in (5, 30, 0):
        count = min(viewer.chance.randrange(2 * MIB), film.length - first)
        viewer.takes(answer, film, first, count)
        first += count
        viewer.rests(0, longest_s)


def _leaves(viewer: Viewer, connection: HTTPConnection, film: Film) -> None:
    """Resets the connection in mid-answer, also before the first byte."""
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    answer, first = viewer.opens(connection, film)
    viewer.takes(answer, film, first, min(viewer.chance.choice((0, 1, 100_000)), film.length - first))
    viewer.rests(0, 0.1)


def _reads_slowly(viewer: Viewer, connection: HTTPConnection, film: Film) -> None:
    """Takes some 100 KB a second through a small receive queue, for a minute or so."""
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER_BYTES)
    answer, first = viewer.opens(connection, film)
    viewer.takes(answer, film, first, min(6 * MIB, film.length - first), pause_s=viewer.chance.uniform(0.1, 1.0))


def _downloads(viewer: Viewer, connection: HTTPConnection, film: Film) -> None:
    """Takes the whole film, without Range; sometimes breaks off in the middle and resumes."""
    answer = viewer.asks(connection, film.path, 200)
    if answer.length != film.length:
        raise Unexpected(f"a length of {answer.length}")
    cut_at = viewer.chance.choice((film.length, viewer.chance.randrange(film.length)))
    viewer.takes(answer, film, 0, cut_at)
    if cut_at < film.length:
        connection.close()
        tag = answer.headers["ETag"]
        rest = viewer.asks(connection, film.path, 206, Range=f"bytes={cut_at}-", If_Range=tag)
        viewer.takes(rest, film, cut_at, film.length - cut_at)
    viewer.rests(0, 2)


def _asks_oddly(viewer: Viewer, connection: HTTPConnection, film: Film) -> None:
    """Many short requests over one connection: small ranges, suffixes, several ranges, preconditions, HEAD, pages."""
    tag = _head(viewer, connection, film)
    for _ in range(50):
        if viewer.over.is_set():
            return
        first = viewer.chance.randrange(film.length)
        last = min(first + viewer.chance.choice((0, 1, 15, 4095, 65536, 300_000)), film.length - 1)
        span = f"bytes={first}-{last}"
        part = viewer.asks(connection, film.path, 206, Range=span, If_Range=tag, If_Match=tag)
        _whole(viewer, part, film, first, last - first + 1)
        suffix = viewer.chance.randrange(1, 10_000)
        part = viewer.asks(connection, film.path, 206, Range=f"bytes=-{suffix}")
        _whole(viewer, part, film, film.length - suffix, suffix)
        _several(viewer, connection, film)
        viewer.asks(connection, film.path, 304, If_None_Match=tag).read()
        viewer.asks(connection, film.path, 412, If_Match='"another"').read()
        viewer.asks(connection, film.path, 416, Range=f"bytes={film.length}-").read()
        viewer.asks(connection, "/videos/none.mp4", 404).read()
        viewer.asks(connection, viewer.chance.choice(("/", "/list", "/api/movies", "/playlist.m3u")), 200).read()
        _head(viewer, connection, film)
        viewer.rests(0, 0.2)


KINDS: dict[str, Callable[[Viewer, HTTPConnection, Film], None]] = {
    "seeker": _seeks,
    "pauser": _pauses,
    "aborter": _leaves,
    "slow reader": _reads_slowly,
    "downloader": _downloads,
    "asker": _asks_oddly,
}


def _head(viewer: Viewer, connection: HTTPConnection, film: Film) -> str:
    answer = viewer.asks(connection, film.path, 200, method="HEAD")
    answer.read()
    if answer.headers["Content-Length"] != str(film.length):
        raise Unexpected(f"HEAD says a length of {answer.headers['Content-Length']}")
    return answer.headers["ETag"]


def _whole(viewer: Viewer, answer: HTTPResponse, film: Film, first: int, count: int) -> None:
    """Takes an answer, which must be exactly these bytes."""
    viewer.takes(answer, film, first, count)
    if rest := answer.read():
        raise Unexpected(f"{len(rest)} bytes too many after {first + count}")


def _several(viewer: Viewer, connection: HTTPConnection, film: Film) -> None:
    """Asks for three separate ranges, and takes them as the parts of one answer."""
    third = film.length // 3
    firsts = [part * third + viewer.chance.randrange(third - 2000) for part in range(3)]
    spans = ",".join(f"{first}-{first + 999}" for first in firsts)
    content = viewer.asks(connection, film.path, 206, Range=f"bytes={spans}").read()
    parts = list(re.finditer(rb"\r\nContent-Range: bytes (\d+)-(\d+)/\d+\r\n\r\n", content))
    if [int(part[1]) for part in parts] != firsts:
        raise Unexpected(f"other parts than {spans}: {content[:200]!r}")
    for part, first in zip(parts, firsts, strict=True):
        viewer.compares(content[part.end() : part.end() + 1000], film, first)
