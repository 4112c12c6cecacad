"""A film, opened for its streams: PyAV, held to what a film may be. For the worker alone."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager

import av
from av.container import InputContainer

from services.errors import FilmUnreadable
from services.media.remote_film import open_film

# FFmpeg has demuxers that take any text for a film, and some for play lists, which lead to other files and hosts.
_FORMATS = "asf,avi,flv,matroska,mov,mpeg,mpegts,mpegvideo,mxf,ogg"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}


@contextmanager
def opened(location: str, version: str) -> Iterator[tuple[InputContainer, bytes]]:
    """The container at ``location``, a path or a URL of this server, and its first bytes. At a URL the server must have
    the ``version`` of this entity tag.

    Raises FilmUnreadable, also for what goes wrong while it is used; but OSError or RepresentationChanged where the
    bytes could not be read, whatever came of it: then nothing is said of the film.
    """
    with open_film(location, version) as file:
        reads = _Reads(file, location)
        try:
            head = reads.read(64)
            reads.seek(0)
            # Not by its name, which FFmpeg could take for a URL.
            with av.open(reads, "r", options=_OPTIONS, metadata_errors="replace") as container:
                yield container, head
        except (av.FFmpegError, EOFError) as error:
            raise FilmUnreadable(getattr(error, "strerror", None) or "it ends too early") from error
        finally:
            if reads.failure is not None:
                raise reads.failure


class _Reads:
    """A file that ends at the first ``failure``, since FFmpeg takes some for the end of the film, and tries again after
    others. From the ``name`` it guesses what it could else not tell."""

    def __init__(self, file: io.BufferedReader, name: str) -> None:
        self.failure: Exception | None = None
        self.name = name
        self.tell = file.tell
        self._file = file

    def read(self, count: int) -> bytes:
        if self.failure is None:
            try:
                return self._file.read(count)
            except Exception as error:
                self.failure = error
        return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)
