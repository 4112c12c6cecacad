"""A film, opened for its streams: PyAV, held to what a film may be. For the worker alone."""

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
def opened(location: str) -> Iterator[tuple[InputContainer, bytes]]:
    """The container at ``location``, a path or a URL of this server, and its first bytes.

    Raises FilmUnreadable, also for what goes wrong while it is used.
    """
    try:
        # Not by its name, which FFmpeg could take for a URL.
        with open_film(location) as file:
            head = file.read(64)
            file.seek(0)
            with av.open(file, "r", options=_OPTIONS, metadata_errors="replace") as container:
                yield container, head
    except (av.FFmpegError, EOFError) as error:
        raise FilmUnreadable(getattr(error, "strerror", None) or "it ends too early") from error
