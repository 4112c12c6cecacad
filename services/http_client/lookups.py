"""The addresses of hosts.

A resolver that does not answer holds a thread for half a minute and more. So a host is looked up once for all who ask
meanwhile, in threads that serve nothing else.
"""

import asyncio
import socket
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from services.threads import Threads

_THREADS = 4  # of one client, which asks for its store and for a proxy


@dataclass(frozen=True, slots=True)
class Address:
    """``name`` is as its family of sockets has it."""

    family: int
    name: tuple[Any, ...]


class Lookups:
    def __init__(self) -> None:
        self._threads = Threads("lookup", _THREADS)
        self._under_way: dict[tuple[str, int], asyncio.Task[list[Address]]] = {}

    async def addresses(self, host: str, port: int) -> list[Address]:
        """The likeliest first, families in turn. Raises OSError, or UnicodeError where no host has such a name."""
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
            done.exception()  # whoever asked may have left


def _looked_up(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    by_family: dict[int, list[Address]] = {}
    for family, _, _, _, name in found:
        by_family.setdefault(family, []).append(Address(family, name))
    return [each for each in chain(*zip_longest(*by_family.values())) if each]  # RFC 8305 §4
