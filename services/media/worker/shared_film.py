"""A film read by a descriptor that the server opened. The descriptor's own position is shared with everyone who reads
it, so this reads by ``pread`` from a position of its own.

Tested by tests/services/media/worker/test_demuxer.py.
"""

import io
import os


class SharedFilm(io.RawIOBase):
    """The film open as ``descriptor``, which is closed with it. FFmpeg guesses by the extension of ``name``."""

    def __init__(self, descriptor: int, name: str) -> None:
        self.name = name
        self._descriptor = descriptor
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}
        start = os.fstat(self._descriptor).st_size if whence == os.SEEK_END else origin[whence]
        self._position = max(start + offset, 0)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = os.preadv(self._descriptor, [buffer], self._position)
        self._position += count
        return count

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()
