"""Writes lines to the server's standard output and error without ever blocking.

A halted terminal (Ctrl-S), pager or log collector accepts no more bytes. A blocking write would then stop the event
loop, and the films of all viewers. So a line is written only when poll(2) says that the descriptor is writable.
Otherwise it is dropped and counted.

Tested by tests/process/test_output.py.
"""

import os
import select
import sys
from contextlib import suppress


class Output:
    """Writes lines to ``descriptor``. Lines that would block are dropped; a later line tells how many there were."""

    def __init__(self, descriptor: int, encoding: str = "utf-8") -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
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
            # A writable pipe takes PIPE_BUF bytes without blocking.
            data = data[os.write(self._descriptor, data[: select.PIPE_BUF]) :]
        return True


def open_missing_streams() -> None:
    """Opens /dev/null for each of the three standard streams that is closed (">&-" in a shell).

    Otherwise the next file or socket would get the free descriptor 0, 1 or 2, and the log would be written into it.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)
