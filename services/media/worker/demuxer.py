"""A film, opened for its streams: PyAV, held to what a film may be. For the worker alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from services.errors import FilmUnreadable, StorageError

# FFmpeg has demuxers that take any text for a film, and some for play lists, which lead to other files and hosts.
_FORMATS = "asf,avi,flv,matroska,mov,mpeg,mpegts,mpegvideo,mxf,ogg"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}


@contextmanager
def opened(film: BinaryIO) -> Iterator[tuple[InputContainer, bytes]]:
    """The container that ``film`` is, and its first bytes.

    Raises StorageError where bytes could not be read, whatever came of it: then nothing is said of the film. Raises
    FilmUnreadable for all else that goes wrong, here and while it is used: the same bytes would bring the same error.
    """
    reads = _Reads(film)
    try:
        reads.seek(0)
        head = reads.read(64)
        reads.seek(0)
        # Not by its name, which FFmpeg could take for a URL.
        with av.open(reads, "r", options=_OPTIONS, metadata_errors="replace") as container:
            yield container, head
    except FilmUnreadable:
        raise
    except (av.FFmpegError, EOFError) as error:
        raise FilmUnreadable(getattr(error, "strerror", None) or "it ends too early") from error
    except Exception as error:  # metadata can break PyAV, Pillow and our own parsing in any way
        raise FilmUnreadable(f"{type(error).__name__}: {error}") from error
    finally:
        if reads.failure is not None:
            raise storage_error(reads.failure) from reads.failure


def packets(container: InputContainer, *streams: Stream) -> "Iterator[Packet[Any]]":
    """The packets of these streams, from where ``container`` is, and at the end the empty ones that flush decoders."""
    with suppress(IndexError):  # PyAV trips after the last packet over streams that came in mid-film, as FLV may have
        yield from container.demux(*streams)


def storage_error(failure: Exception) -> StorageError:
    return failure if isinstance(failure, StorageError) else StorageError(str(failure) or type(failure).__name__)


class _Reads:
    """A film that ends at the first ``failure``, since FFmpeg takes some for the end of the film, and tries again after
    others. From the ``name`` it guesses what it could else not tell."""

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
