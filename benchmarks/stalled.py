"""What viewers cost who ask for a film and read nothing, as paused players do, and their waits when they read on."""

import array
import fcntl
import random
import re
import resource
import shutil
import subprocess
import termios
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Connection
from benchmarks.effort import MIB, Effort, NotMeasurable
from benchmarks.peers import Peer
from benchmarks.process import ServerProcess

# Both ends share this machine's memory for TCP (tcp_mem). If our viewers used it up with unread bytes, the kernel would
# drop what the server sends, and their waits would be those of retransmissions.
CROWD_RECEIVE_BUFFER_BYTES = 32 * 1024
CROWD_LIMIT_BYTES = 2048 * MIB  # a crowd that costs more grows no further, so that others on this machine have memory
WATCHED_BYTES = 8 * MIB  # after that, the kernel queues as much as it ever will
ENTRIES = 50  # new viewers, one after another, while all others stall
FIRST_BYTES = 64 * 1024
RESUMED_BYTES = MIB  # more than the kernel can have queued, so the server itself must have sent
RESUME_LIMIT_S = 10.0  # for one viewer
RESUMPTIONS_LIMIT_S = 60.0  # for all that read on
SETTLE_LIMIT_S = 20.0
_SPARE_DESCRIPTORS = 200
_STEP = 500  # viewers between two looks at the memory
_VIEWERS_AN_ADDRESS = 8


@dataclass(frozen=True, slots=True)
class Audience:
    """The cost of ``viewers`` in bytes, beyond what the server took with none, and their waits in seconds.

    ``entries_s``: a new viewer's wait for 64 KiB, from connecting. ``next_bytes_s``: the wait of a stalled viewer who
    reads on, until the first byte beyond what its own receive queue held. ``next_mib_s``: until a MiB beyond that.
    """

    viewers: int
    process_bytes: int
    queue_bytes: int
    descriptors: int
    entries_s: list[float]
    next_bytes_s: list[float]
    next_mib_s: list[float]

    @property
    def total_bytes(self) -> int:
        return self.process_bytes + self.queue_bytes


def require_ss() -> None:
    if not shutil.which("ss"):
        raise NotMeasurable("the program ss is not here (Debian: apt-get install iproute2)")


def measure(peer: Peer, folder: Path, effort: Effort) -> Audience:
    """Measures as many viewers as any server here can bear, with queues as in browsers."""
    return _audience(peer, folder, effort.viewers, effort.resumptions)


def measure_crowd(peer: Peer, folder: Path, effort: Effort) -> Audience:
    """Measures as many viewers as a server of films may ever have to bear."""
    return _audience(peer, folder, effort.crowd, effort.resumptions, CROWD_RECEIVE_BUFFER_BYTES)


def measure_paused_crowd(peer: Peer, folder: Path, effort: Effort) -> Audience:
    """Measures such a crowd that has watched for a while."""
    return _audience(peer, folder, effort.crowd, effort.resumptions, CROWD_RECEIVE_BUFFER_BYTES, WATCHED_BYTES)


def _audience(
    peer: Peer, folder: Path, wanted: int, resumptions: int, receive_buffer_bytes: int = 0, watched_bytes: int = 0
) -> Audience:
    path = peer.path()
    with peer.serving(folder) as server, ExitStack() as stack:
        _enter(server, path)  # what a server needs for its first viewer is not counted
        memory_bytes, descriptors = server.memory_bytes(), server.descriptors()
        viewers = _stalled(server, path, wanted, receive_buffer_bytes, watched_bytes, stack)
        queue_bytes = _settled_queue_bytes(server.port)
        process_bytes = server.memory_bytes() - memory_bytes
        descriptors = server.descriptors() - descriptors
        entries_s = [_enter(server, path) for _ in range(ENTRIES)]
        resumed = _resumed(viewers, resumptions)
    return Audience(
        len(viewers), process_bytes, queue_bytes, descriptors, entries_s, *map(list, zip(*resumed, strict=True))
    )


def _stalled(
    server: ServerProcess, path: str, wanted: int, receive_buffer_bytes: int, watched_bytes: int, stack: ExitStack
) -> list[Connection]:
    """As many viewers as are wanted, or as descriptors and memory allow. Each has taken ``watched_bytes``."""
    viewers: list[Connection] = []
    wanted = min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_DESCRIPTORS)
    while len(viewers) < wanted:
        for _ in range(min(_STEP, wanted - len(viewers))):
            address = _address(len(viewers))
            viewer = stack.enter_context(Connection(server.port, address, RESUME_LIMIT_S, receive_buffer_bytes))
            viewer.ask(path)
            viewer.drop(watched_bytes)
            viewers.append(viewer)
        if _queue_bytes(server.port) + server.memory_bytes() > CROWD_LIMIT_BYTES:
            break
    return viewers


def _address(number: int) -> str:
    """The address of a viewer: they come from many, all of this machine."""
    network, host = divmod(number // _VIEWERS_AN_ADDRESS, 250)
    return f"127.1.{network}.{host + 1}"


def _settled_queue_bytes(port: int) -> int:
    """What all send queues hold once they have stopped growing."""
    deadline = time.monotonic() + SETTLE_LIMIT_S
    before, now = -1, _queue_bytes(port)
    while now != before and time.monotonic() < deadline:
        time.sleep(1)
        before, now = now, _queue_bytes(port)
    return now


def _queue_bytes(port: int) -> int:
    """The kernel's memory for what the server has written and its viewers have not yet taken.

    It is w in the skmem of ss(8). Like the memory limit of a container, it counts whole buffers and pages that are sent
    without a copy.
    """
    command = ["ss", "--tcp", "--memory", "--numeric", "--no-header", "state", "established", f"( sport = :{port} )"]
    listing = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=30).stdout
    return sum(int(queue) for queue in re.findall(r"skmem:\(.*?\bw(\d+)", listing))


def _enter(server: ServerProcess, path: str) -> float:
    """How long a new viewer waits for its first 64 KiB, from connecting, in seconds."""
    begun_s = time.monotonic()
    with Connection(server.port) as viewer:
        viewer.fetch(path, (0, FIRST_BYTES - 1))
        return time.monotonic() - begun_s


def _resumed(viewers: list[Connection], count: int) -> list[tuple[float, float]]:
    """Lets some of the viewers read on, one after another, until the time is over."""
    deadline = time.monotonic() + RESUMPTIONS_LIMIT_S
    resumed = []
    for viewer in random.Random(0).sample(viewers, min(count, len(viewers))):
        if time.monotonic() > deadline:
            break
        resumed.append(_resume(viewer))
    return resumed


def _resume(viewer: Connection) -> tuple[float, float]:
    """How long the viewer waits for the next byte, and for a MiB, in seconds; at most the limit."""
    held = _held_bytes(viewer)
    begun_s = time.monotonic()
    waits_s = []
    try:
        viewer.drop(held)
        for count in (1, RESUMED_BYTES):
            viewer.drop(count)
            waits_s.append(time.monotonic() - begun_s)
    except TimeoutError:
        pass
    waits_s += [RESUME_LIMIT_S] * (2 - len(waits_s))
    return waits_s[0], waits_s[1]


def _held_bytes(viewer: Connection) -> int:
    """What the viewer's receive queue holds."""
    count = array.array("i", [0])
    fcntl.ioctl(viewer.socket, termios.FIONREAD, count)
    return count[0]
