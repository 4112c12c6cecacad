"""Viewers who watch: each takes 2 MB every four seconds, as Chromium does with a film of 4 Mbit/s."""

import multiprocessing
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection as Pipe

from benchmarks.client import Connection
from benchmarks.load import LoadFailed

BURST_BYTES = 2_000_000
EVERY_S = 4.0
MIB = 1024 * 1024


class Watching:
    """Viewers who watch in a process of their own, until they are ``stopped``."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    def bursts_s(self) -> list[float]:
        """How long each burst took, of those that ended since the last call. Raises LoadFailed."""
        self._pipe.send(None)
        bursts_s: list[float] | Exception = self._pipe.recv()
        if isinstance(bursts_s, Exception):
            raise LoadFailed(repr(bursts_s))
        return bursts_s


@contextmanager
def watching(port: int, path: str, film_bytes: int, viewers: int) -> Iterator[Watching]:
    context = multiprocessing.get_context("fork")
    ours, its = context.Pipe()
    process = context.Process(target=_watch, args=(its, port, path, film_bytes, viewers), daemon=True)
    process.start()
    try:
        yield Watching(ours)
    finally:
        process.kill()
        process.join()


def _watch(pipe: Pipe, port: int, path: str, film_bytes: int, viewers: int) -> None:
    try:
        with ExitStack() as stack, selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            resting = [
                (time.monotonic() + EVERY_S * number / viewers, _Viewer(port, path, film_bytes, number, stack))
                for number in range(viewers)
            ]
            _take_turns(pipe, selector, resting)
    except Exception as error:
        pipe.send(error)


def _take_turns(pipe: Pipe, selector: selectors.BaseSelector, resting: list[tuple[float, "_Viewer"]]) -> None:
    bursts_s: list[float] = []
    while True:
        while resting[0][0] <= time.monotonic():
            due_s, viewer = resting.pop(0)
            viewer.begin(due_s)
            selector.register(viewer.connection.socket, selectors.EVENT_READ, viewer)
            resting.append((due_s + EVERY_S, viewer))  # the same order round by round
        for key, _ in selector.select(resting[0][0] - time.monotonic()):
            if key.data is None:
                pipe.recv()
                pipe.send(bursts_s)
                bursts_s = []
            elif key.data.takes_its_last():
                selector.unregister(key.fileobj)
                bursts_s.append(time.monotonic() - key.data.begun_s)


class _Viewer:
    def __init__(self, port: int, path: str, film_bytes: int, number: int, stack: ExitStack) -> None:
        # A receive buffer as in browsers, which take no more from the network than they need.
        self.connection = stack.enter_context(Connection(port, f"127.1.1.{number % 250 + 1}", 60.0, MIB // 4))
        self.begun_s = 0.0
        self._left = 0
        first = number * MIB % (film_bytes // 2)
        self.connection.ask(path, (first, film_bytes - 1))

    def begin(self, due_s: float) -> None:
        if self._left:
            raise LoadFailed(f"a burst took more than {EVERY_S:g} s")
        self.begun_s, self._left = due_s, BURST_BYTES

    def takes_its_last(self) -> bool:
        self._left -= self.connection.drop_some(self._left, socket.MSG_DONTWAIT)
        return not self._left
