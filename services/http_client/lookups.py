"""Looks up the addresses of hosts.

A resolver that does not answer blocks a thread for half a minute and more. So lookups have threads of their own, and
concurrent requests for the same host share one lookup.

Tested by tests/process/test_lookups.py.
"""

import asyncio
import socket
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from services.threads import Threads

_THREADS = 4  # for each client: it looks up its store, a proxy, and where its keys come from


@dataclass(frozen=True, slots=True)
class Address:
    """``name`` is the socket address in the format of ``family``, as socket.connect takes it."""

    family: int
    name: tuple[Any, ...]


class Lookups:
    """The lookups of one HTTP client."""

    def __init__(self) -> None:
        self._threads = Threads("lookup", _THREADS)
        self._under_way: dict[tuple[str, int], asyncio.Task[list[Address]]] = {}

    async def addresses(self, host: str, port: int) -> list[Address]:
        """The addresses of ``host`` in the system's order, but IPv6 and IPv4 alternating (RFC 8305 §4).

        Raises OSError, or UnicodeError if ``host`` is not a valid name.
        """
        key = (host, port)
        if key not in self._under_way:
            self._under_way[key] = asyncio.create_task(self._threads.ask(_looked_up, host, port))
            self._under_way[key].add_done_callback(lambda done: self._finish(key, done))
        return await asyncio.shield(self._under_way[key])

    def close(self) -> None:
        for task in self._under_way.values():
            task.cancel()
        self._threads.close()

    def _finish(self, key: tuple[str, int], done: "asyncio.Task[list[Address]]") -> None:
        del self._under_way[key]
        if not done.cancelled():
            done.exception()  # marks it as seen: all who asked may have left


def _looked_up(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    by_family: dict[int, list[Address]] = {}
    for family, _, _, _, name in found:
        by_family.setdefault(family, []).append(Address(family, name))
    return [each for each in chain(*zip_longest(*by_family.values())) if each]  # RFC 8305 §4
