"""How many connections of each kind this process can have, by its descriptors and the memory of its container.

Both are shared out once, at the start, so that no kind of client takes another's share. Of the memory beyond the
process itself: 80 % for viewers of films, 8.5 for readers of documents (pages, lists, subtitles, pictures), 5 for
connections that wait for a request, 5 for requests that have nothing to send yet, 1.5 for closed connections whose
queue the kernel still sends.
"""

import resource
from dataclasses import dataclass

from services.admission.queues import queue_budget

# A stalled viewer holds what Tornado needs, a chunk at most, and the kernel's short queue: 52 KiB with zero copy and
# 88 KiB without (benchmarks/results.md, "Memory of viewers who stall"). Films go either way; the rest is reserve.
VIEWER_BYTES = 144 * 1024
BUCKET_VIEWER_BYTES = 192 * 1024  # as above, plus TLS and a receive window to the store (python -m benchmarks.bucket)
WAITING_BYTES = 40 * 1024  # a connection with half a head, or one whose request has nothing to send yet
TLS_WAITING_BYTES = 72 * 1024  # with half a handshake: 52 to 67 (python -m benchmarks.tls); after it, less than above
PARTING_BYTES = 40 * 1024  # a closed connection whose queue the kernel still sends
PROCESS_BYTES = 96 * 1024 * 1024  # the process without viewers, with a large library, and some reserve
RESERVED_DESCRIPTORS = 128  # for the process itself, and for connections that linger


def raise_descriptor_limit() -> int:
    """Raises the process's soft limit of descriptors to the hard one. Returns the limit then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard and hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return hard
    return soft


def most_open_films(descriptors: int) -> int:
    """How many different films may be open at once. All viewers of a film share its descriptor."""
    return max(descriptors // 3, 16)


def most_connections(descriptors: int) -> int:
    """How many connections may be open at once, so that there are always descriptors left for films and accepting."""
    return max(descriptors - most_open_films(descriptors) - RESERVED_DESCRIPTORS, 16)


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many of each kind there may be at once.

    ``films`` and ``documents``: answers that are being sent. ``waiting``: connections that wait for a request.
    ``working``: requests that have nothing to send yet. ``parting``: closed connections whose queue the kernel still
    sends.
    """

    films: int
    documents: int
    waiting: int
    working: int
    parting: int


def capacity(
    descriptors: int, memory_bytes: int, viewer_bytes: int = VIEWER_BYTES, waiting_bytes: int = WAITING_BYTES
) -> Capacity:
    """The shares. However little there is, at least one place for films and 16 of every other kind."""
    connections = most_connections(descriptors)
    free_bytes = max(memory_bytes - PROCESS_BYTES - queue_budget(memory_bytes), 0)

    def share(of_memory: float, each_bytes: int, of_connections: float, least: int = 16) -> int:
        return max(int(min(free_bytes * of_memory / each_bytes, connections * of_connections)), least)

    return Capacity(
        films=share(0.8, viewer_bytes, 0.8, least=1),
        documents=share(0.085, VIEWER_BYTES, 0.1),
        waiting=share(0.05, waiting_bytes, 0.25),  # shares of connections exceed 1: these make room when all are used
        working=share(0.05, WAITING_BYTES, 0.07),
        parting=share(0.015, PARTING_BYTES, 0.02),
    )
