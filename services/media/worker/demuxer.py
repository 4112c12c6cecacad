"""Opens a film by PyAV, as one of the containers that films have and no others. For the worker alone.

The bytes' failures are not the film's. FFmpeg takes a failed read for the end of the film, and decodes what it has. So
the first failed read is kept, ends the film for FFmpeg, and fails the job whatever came of it. If all bytes could be
read, every exception is the film's: damaged metadata breaks PyAV, Pillow and our own parsing in many ways.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from services.errors import FilmUnreadable, StorageError
from services.packaging.film_index import NotPackaged

# Nothing is opened by name or address: FFmpeg has demuxers for play lists and lists of files, which lead to other files
# and hosts.
_FORMATS = "asf,avi,flv,matroska,mov,mpeg,mpegts,mpegvideo,mxf,ogg"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}


@contextmanager
def opened(film: BinaryIO, options: Mapping[str, str] | None = None) -> Iterator[tuple[InputContainer, bytes]]:
    """Opens the container that ``film`` is; also gives its first 64 bytes. ``options``: more of them for the demuxer.

    Raises StorageError if any bytes could not be read, in here or in the block. Raises FilmUnreadable for everything
    else that goes wrong in either but NotPackaged: the same bytes would bring the same error.
    """
    reads = _Reads(film)
    try:
        reads.seek(0)
        head = reads.read(64)
        reads.seek(0)
        # As a file object and not by name, which FFmpeg could take for a URL.
        with av.open(reads, "r", options={**(options or {}), **_OPTIONS}, metadata_errors="replace") as container:
            yield container, head
    except (FilmUnreadable, NotPackaged):
        raise
    except (av.FFmpegError, EOFError) as error:
        raise FilmUnreadable(getattr(error, "strerror", None) or "it ends too early") from error
    except Exception as error:  # damaged metadata breaks PyAV, Pillow and our own parsing in many ways
        raise FilmUnreadable(f"{type(error).__name__}: {error}") from error
    finally:
        if reads.failure is not None:
            raise storage_error(reads.failure) from reads.failure


def packets(container: InputContainer, *streams: Stream) -> "Iterator[Packet[Any]]":
    """The packets of these streams from the container's position on, and at the end the empty packets that flush
    decoders."""
    with suppress(IndexError):  # PyAV raises it after the last packet if streams were added mid-film, as in FLV
        yield from container.demux(*streams)


def storage_error(failure: Exception) -> StorageError:
    """A failure to read as a StorageError."""
    return failure if isinstance(failure, StorageError) else StorageError(str(failure) or type(failure).__name__)


class _Reads:
    """The film as FFmpeg reads it: it ends at the first ``failure``, since FFmpeg takes some failures for the end of
    the film and tries again after others. FFmpeg guesses by the extension of ``name`` where the content does not
    tell."""

    def __init__(self, film: BinaryIO) -> None:
        self.failure: Exception | None = None
        self.name = film.name
        self.tell = film.tell
        self._film = film

    def read(self, count: int) -> bytes:
        if self.failure is None:
            try:
                return self._film.read(count)
            except Exception as error:
                self.failure = error
        return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._film.seek(offset, whence)
