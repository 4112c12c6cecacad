"""How many viewers and others this process can have: by descriptors, and by the memory of its container or machine."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path

# A viewer who reads nothing holds what Tornado needs, a chunk at most, and the kernel's short queue: 76 KiB with zero
# copy and 139 KiB without (benchmarks/results.md, "Memory of viewers who stall"). Which of them, the film decides.
VIEWER_BYTES = 144 * 1024
BUCKET_VIEWER_BYTES = 192 * 1024  # and TLS and a window to the store (python -m benchmarks.bucket)
WAITING_BYTES = 40 * 1024  # a connection with half a head, or whose request is worked on
PARTING_BYTES = 40 * 1024  # a connection that is closed but for the kernel's queue
PROCESS_BYTES = 96 * 1024 * 1024  # the process without viewers, a large library, and some reserve
RESERVED_DESCRIPTORS = 128  # the process's own, and connections that linger


def raise_descriptor_limit() -> int:
    """Takes as many descriptors as the system lets it, and answers how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard and hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return hard
    return soft


def most_open_films(descriptors: int) -> int:
    """How many different films may be open at once; all who watch one share its descriptor."""
    return max(descriptors // 3, 16)


def most_connections(descriptors: int) -> int:
    """How many connections may be open at once, so that descriptors for accepting and for films are never short."""
    return max(descriptors - most_open_films(descriptors) - RESERVED_DESCRIPTORS, 16)


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many there may be at once. Each kind has a share of its own, so that none takes another's.

    ``films`` and ``documents`` are for those who are sent such, ``waiting`` for connections that wait for a request,
    ``working`` for requests that have nothing to send yet, and ``parting`` for connections that are closed but for what
    the kernel has queued.
    """

    films: int
    documents: int
    waiting: int
    working: int
    parting: int


def capacity(descriptors: int, memory_bytes: int, viewer_bytes: int = VIEWER_BYTES) -> Capacity:
    """At least one viewer, and some of each, however little there is."""
    connections = most_connections(descriptors)
    free_bytes = max(memory_bytes - PROCESS_BYTES, 0)

    def share(of_memory: float, each_bytes: int, of_connections: float, least: int = 16) -> int:
        return max(int(min(free_bytes * of_memory / each_bytes, connections * of_connections)), least)

    return Capacity(
        films=share(0.8, viewer_bytes, 0.8, least=1),
        documents=share(0.085, VIEWER_BYTES, 0.1),
        waiting=share(0.05, WAITING_BYTES, 0.25),  # they make room when descriptors are short: some there always are
        working=share(0.05, WAITING_BYTES, 0.07),
        parting=share(0.015, PARTING_BYTES, 0.02),
    )


def memory_limit(root: Path = Path("/")) -> int:
    """Bytes that this process's control group may use (version 2, then 1), or that the machine has."""
    machine_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([machine_bytes, *_group_limits(root)])


def _group_limits(root: Path) -> list[int]:
    """The limits of the groups that hold this process, from its own up to the outermost."""
    limits = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            mount, file = root / "sys/fs/cgroup", "memory.max"
        elif "memory" in controllers.split(","):
            mount, file = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes"
        else:
            continue
        folder = mount / group.lstrip("/")
        while folder.is_relative_to(mount):
            text = _text(folder / file).strip()
            if text.isdecimal():  # "max": no limit
                limits.append(int(text))
            folder = folder.parent
    return limits


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except OSError:
        return ""
