"""How long a viewer waits for the first byte of a film: one read before, one opened for the first time, a new one."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Connection, NotFound
from benchmarks.effort import MIB, Effort
from benchmarks.films import sparse_film
from benchmarks.peers import Peer

KNOWN_REQUESTS = 200
NEW_FILM_BYTES = 256 * MIB
RANGE_BYTES = 1024
_ASK_AGAIN_S = 0.005
_ASK_AGAIN_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class FirstBytes:
    """Waits in seconds, each on a new connection, from connecting to having the first KiB.

    ``known_s``: for a film that was read before. ``opened_s``: for a film that was there when the server started and is
    asked for the first time. ``put_s``: for a film that has just come into the folder and is asked for until it is
    served.
    """

    known_s: list[float]
    opened_s: list[float]
    put_s: list[float]


def measure(peer: Peer, folder: Path, effort: Effort) -> FirstBytes:
    there = [f"there-{number}.mp4" for number in range(effort.openings)]
    new = [f"new-{number}.mp4" for number in range(effort.openings)]
    try:
        for name in there:
            sparse_film(folder, name, NEW_FILM_BYTES)
        with peer.serving(folder) as server:
            _first_range(server.port, peer.path())
            known_s = [_first_range(server.port, peer.path(), place) for place in _places(effort.film_bytes)]
            opened_s = [_first_range(server.port, peer.path(name)) for name in there]
            put_s = [_put(peer, server.port, folder, name) for name in new]
    finally:
        for name in (*there, *new):
            (folder / name).unlink(missing_ok=True)
    return FirstBytes(known_s, opened_s, put_s)


def _put(peer: Peer, port: int, folder: Path, name: str) -> float:
    sparse_film(folder, name, NEW_FILM_BYTES)
    begun_s = time.monotonic()
    while True:
        try:
            _first_range(port, peer.path(name))
            return time.monotonic() - begun_s
        except NotFound:
            if time.monotonic() > begun_s + _ASK_AGAIN_LIMIT_S:
                raise
            time.sleep(_ASK_AGAIN_S)


def _first_range(port: int, path: str, place: int = 0) -> float:
    begun_s = time.monotonic()
    with Connection(port) as connection:
        connection.fetch(path, (place, place + RANGE_BYTES - 1))
        return time.monotonic() - begun_s


def _places(film_bytes: int) -> list[int]:
    places = random.Random(0)
    return [places.randrange(film_bytes - RANGE_BYTES) for _ in range(KNOWN_REQUESTS)]
