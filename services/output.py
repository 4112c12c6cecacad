"""Writes lines to the server's standard output and error without ever blocking.

A halted terminal (Ctrl-S), pager or log collector accepts no more bytes. A blocking write would then stop the event
loop, and the films of all viewers. So a line is written only when poll(2) says that the descriptor is writable.
Otherwise it is dropped and counted. Terminals call themselves writable when they take one byte, and may be halted just
after. So where that can be, the output is opened once more, for writes that do not block: the shell and others have the
descriptor, too, and go on with theirs as it is.

Tested by tests/process/test_output.py.
"""

import os
import select
import stat
import sys
from contextlib import suppress


class Output:
    """Writes lines to ``descriptor``. Lines that would block are dropped; a later line tells how many there were."""

    def __init__(self, descriptor: int, encoding: str = "utf-8") -> None:
        self._descriptor = _without_blocking(descriptor)
        self._encoding = encoding
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLOUT)
        self._dropped = 0

    def write_line(self, line: str) -> None:
        """Never blocks, and raises no OSError: the other end of the output may be closed."""
        with suppress(OSError):
            if self._dropped and self._write(f"({self._dropped} lines were dropped: nobody took them)"):
                self._dropped = 0
            if self._dropped or not self._write(line):
                self._dropped += 1

    def _write(self, line: str) -> bool:
        """Whether the whole line was written."""
        data = line.encode(self._encoding, "backslashreplace") + b"\n"  # not every name can be encoded
        while data:
            if not self._poll.poll(0):
                return False
            try:
                # A pipe that is writable takes PIPE_BUF bytes without blocking, if nobody else writes to it.
                data = data[os.write(self._descriptor, data[: select.PIPE_BUF]) :]
            except BlockingIOError:
                return False
        return True


def _without_blocking(descriptor: int) -> int:
    """Another descriptor of the same terminal or pipe, or the same one where there is none. Files do not block."""
    if not (os.isatty(descriptor) or stat.S_ISFIFO(os.fstat(descriptor).st_mode)):
        return descriptor
    try:
        return os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:  # it is another user's, or there is no /proc
        return descriptor


def open_missing_streams() -> None:
    """Opens /dev/null for each of the three standard streams that is closed (">&-" in a shell).

    Otherwise the next file or socket would get the free descriptor 0, 1 or 2, and the log would be written into it.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)
