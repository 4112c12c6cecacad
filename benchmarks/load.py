"""Fast viewers: one process for each connection. Each asks for the next range as soon as it has the one before."""

import multiprocessing
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier

from benchmarks.client import TIMEOUT_S, Connection
from benchmarks.effort import CONNECTIONS

END_TIMEOUT_S = 2 * TIMEOUT_S
_SETTLE_S = 0.05  # for the work of the server after the last byte


class LoadFailed(Exception):
    """A viewer did not get what it asked for. The message says why."""


@dataclass(frozen=True, slots=True)
class Load:
    """What each viewer asks for again and again, for ``seconds`` and until its last answer is complete.

    It is ``range_bytes`` of the film from a random multiple of that length; 0: the whole film, without Range.
    """

    path: str
    film_bytes: int
    range_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What the server did, and the CPU time that it took. ``client_cpu_s`` shows whether the client was the limit."""

    cpu_s: float
    requests: int
    content_bytes: int
    elapsed_s: float
    client_cpu_s: float


def cost(load: Load, port: int, server_cpu_s: Callable[[], float]) -> Cost:
    """Puts the load on a server that has served it before."""
    context = multiprocessing.get_context("fork")  # so that viewers start at once
    start = context.Barrier(CONNECTIONS + 1)
    pipes = [context.Pipe(duplex=False) for _ in range(CONNECTIONS)]
    viewers = [
        context.Process(target=_view, args=(load, port, start, sending, seed), daemon=True)
        for seed, (_, sending) in enumerate(pipes)
    ]
    try:
        for viewer in viewers:
            viewer.start()
        cpu_before_s = server_cpu_s()
        start.wait(TIMEOUT_S)
        begun_s = time.monotonic()
        totals = [_received(receiving) for receiving, _ in pipes]
        elapsed_s = time.monotonic() - begun_s
        time.sleep(_SETTLE_S)
        cpu_s = server_cpu_s() - cpu_before_s
    finally:
        for viewer in viewers:
            viewer.kill()
            viewer.join()
    requests, content_bytes, client_cpu_s = (sum(column) for column in zip(*totals, strict=True))
    return Cost(cpu_s, requests, content_bytes, elapsed_s, client_cpu_s)


def _view(load: Load, port: int, start: Barrier, result: Pipe, seed: int) -> None:
    """One viewer, in a process of its own. Sends what it counted, or the exception that ended it."""
    places = random.Random(seed)
    requests = content_bytes = 0
    try:
        with Connection(port) as connection:
            start.wait(TIMEOUT_S)
            deadline = time.monotonic() + load.seconds
            while time.monotonic() < deadline:
                content_bytes += connection.fetch(load.path, _span(load, places))
                requests += 1
    except Exception as error:
        result.send(error)
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    result.send((requests, content_bytes, usage.ru_utime + usage.ru_stime))


def _span(load: Load, places: random.Random) -> tuple[int, int] | None:
    if not load.range_bytes:
        return None
    first = places.randrange(load.film_bytes // load.range_bytes) * load.range_bytes
    return first, first + load.range_bytes - 1


def _received(result: Pipe) -> tuple[int, int, float]:
    if not result.poll(END_TIMEOUT_S):
        raise LoadFailed(f"a viewer was not done after {END_TIMEOUT_S:g} s")
    got: tuple[int, int, float] | Exception = result.recv()
    if isinstance(got, Exception):
        raise LoadFailed(repr(got))
    return got
