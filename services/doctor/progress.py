"""A bar on standard error that shows how far the doctor is, if that is a terminal.

Tested by tests/process/test_doctor.py.
"""

from typing import TextIO

_BAR_CHARS = 30
_CLEAR = "\r\x1b[K"


class Progress:
    """Of ``count`` films. ``shown(n)``: n of them are done; ``end()`` takes the bar away."""

    def __init__(self, stream: TextIO, count: int) -> None:
        self._stream = stream if stream.isatty() else None
        self._count = count

    def show(self, done: int) -> None:
        if self._stream:
            full = _BAR_CHARS * done // max(self._count, 1)
            bar = "#" * full + "-" * (_BAR_CHARS - full)
            self._stream.write(f"{_CLEAR}[{bar}] {done} of {self._count}")
            self._stream.flush()

    def end(self) -> None:
        if self._stream:
            self._stream.write(_CLEAR)
            self._stream.flush()
