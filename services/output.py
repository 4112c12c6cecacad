"""What the server writes to its terminal, or wherever its output leads, without ever waiting for whoever reads it.

A terminal that is halted (Ctrl-S), and a pager or a log collector that reads no further, take nothing more. A server
that waited for them would stop for all its viewers.
"""

import os
import select
import sys
from contextlib import suppress


class Output:
    """Lines for one descriptor. Those that would have to wait are dropped, and counted in a line of their own later."""

    def __init__(self, descriptor: int, encoding: str = "utf-8") -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)
        self._dropped = 0

    def write_line(self, line: str) -> None:
        """Raises nothing: whoever started the server may have closed its output."""
        with suppress(OSError):
            if self._dropped and self._write(f"({self._dropped} lines were dropped: nobody took them)"):
                self._dropped = 0
            if self._dropped or not self._write(line):
                self._dropped += 1

    def _write(self, line: str) -> bool:
        """Whether all of it was taken."""
        data = line.encode(self._encoding, "backslashreplace") + b"\n"  # folders have names that terminals cannot show
        while data:
            if not self._poll.poll(0):
                return False
            data = data[os.write(self._descriptor, data[: select.PIPE_BUF]) :]  # so much is taken at once, poll says
        return True


def open_missing_streams() -> None:
    """Leads standard input, output and errors that were closed (">&-") nowhere.

    Otherwise the next file or socket would get such a number, and what is written to standard error would go there.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)
