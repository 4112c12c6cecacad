"""A server as a process: starts it, waits until it listens, measures it, and ends it with its children."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT_S = 15.0
END_TIMEOUT_S = 3.0
_CPU_TIME = 2  # clock_getcpuclockid(3), of which Python has only that of threads
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class NotStarted(Exception):
    """The server ended, or did not listen in time."""


class ServerProcess:
    """A server that listens at ``port`` of 127.0.0.1. Its figures are the kernel's, for its whole tree of processes."""

    def __init__(self, process_id: int, port: int) -> None:
        self.process_id = process_id
        self.port = port

    def cpu_s(self) -> float:
        """User and system time so far, in seconds; for ended processes it is exact to a hundredth."""
        total_s = 0.0
        for pid in self._tree():
            total_s += time.clock_gettime(~pid << 3 | _CPU_TIME)
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total_s += sum(map(int, fields[13:15])) / _TICKS_PER_S  # proc(5): cutime, cstime
        return total_s

    def sleeps(self) -> int:
        """How often its threads have slept so far, until something woke them."""
        statuses = (status for pid in self._tree() for status in Path(f"/proc/{pid}/task").glob("*/status"))
        return sum(
            int(status.read_text().rpartition("\nvoluntary_ctxt_switches:")[2].split()[0]) for status in statuses
        )

    def memory_bytes(self) -> int:
        """Proportional set size: pages that processes share are counted once."""
        return sum(_pss_bytes(pid) for pid in self._tree())

    def processes(self) -> int:
        return len(self._tree())

    def descriptors(self) -> int:
        return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in self._tree())

    def _tree(self) -> list[int]:
        tree = [self.process_id]
        for pid in tree:  # it grows during the loop
            for task in Path(f"/proc/{pid}/task").iterdir():
                tree += map(int, (task / "children").read_text().split())
        return tree


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[ServerProcess]:
    """Starts ``command`` in ``folder``, and yields the server once it listens. Ends it when the block is left."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that its children can be ended with it
    )
    try:
        _await_listening(process, port)
        yield ServerProcess(process.pid, port)
    finally:
        _end(process)


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port


def _await_listening(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotStarted(f"{process.args!r} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise NotStarted(f"{process.args!r} does not listen after {START_TIMEOUT_S:g} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks the group of processes that was started to end, and kills it if it does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            process.wait()
        return


def _pss_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
