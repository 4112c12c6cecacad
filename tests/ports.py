"""Ports for servers that tests start as processes of their own."""

import itertools
import os
import random
import socket
from contextlib import ExitStack, suppress

GRPC_OFFSET = 10_000  # SeaweedFS also takes each port plus this
_LOWEST, _HIGHEST = 10_000, 20_000  # even with the offset below the ports that systems give to clients


def free_port() -> int:
    return free_ports(1)


def free_ports(count: int) -> int:
    """The first of ``count`` ports in a row. Nobody listens on them, nor on those GRPC_OFFSET above."""
    for _ in range(1000):
        ports = [next(_mine) for _ in range(count)]
        with suppress(OSError), ExitStack() as stack:
            for port in (*ports, *(port + GRPC_OFFSET for port in ports)):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            if ports[-1] - ports[0] == count - 1:
                return ports[0]
    raise AssertionError("no ports are free")


def _ports_of_this_process() -> range:
    """The ports for this process: tests that run beside others (pytest-xdist) have ports of their own."""
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % count
    size = (_HIGHEST - _LOWEST) // count
    return range(_LOWEST + number * size, _LOWEST + (number + 1) * size)


def _in_turn(ports: range) -> "itertools.cycle[int]":
    """The ports in a circle. It begins at another one in each run, so that two runs on one machine do not meet."""
    first = random.randrange(len(ports))
    return itertools.cycle([*ports[first:], *ports[:first]])


_mine = _in_turn(_ports_of_this_process())
