"""How many viewers this process can have: by its descriptors, and by the memory of its container or machine."""

import os
import resource
from pathlib import Path

# A viewer who reads nothing holds what Tornado needs, a chunk at most, and the kernel's short queue: 76 KiB with zero
# copy and 139 KiB without (benchmarks/results.md, "Memory of viewers who stall"). Which of them, the film decides.
VIEWER_BYTES = 144 * 1024
BUCKET_VIEWER_BYTES = 192 * 1024  # and TLS and a window to the store (python -m benchmarks.bucket)
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


def most_viewers(descriptors: int, memory_bytes: int, viewer_bytes: int = VIEWER_BYTES) -> int:
    """How many may watch at once: at least one, and some connections are left for others to come in."""
    by_descriptors = most_connections(descriptors) * 9 // 10
    by_memory = (memory_bytes - PROCESS_BYTES) // viewer_bytes
    return max(min(by_descriptors, by_memory), 1)


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
