"""Jobs over the bytes of a film, which the server opens as it does for viewers, and hands to a worker."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from services.errors import NoFilm, RepresentationChanged
from services.library import Library, Movie
from services.media.text_files import is_text
from services.media.types import may_be_text
from services.storage.source import Source
from services.storage.stored_file import HEAD_BYTES, StoredFile
from services.work.worker_process import JobFilm, Worker


class FilmJobs:
    def __init__(self, worker: Worker, library: Library) -> None:
        self._worker = worker
        self._library = library

    async def run(
        self,
        job: str,
        movie: Movie,
        *,
        timeout_s: float,
        accept: Callable[[Any], Any] = lambda result: result,
        **arguments: object,
    ) -> Any:
        """As Worker.run, over the version of the movie that was listed, or what it grew to since. Raises StorageError
        also where that cannot be opened: here its reason is known, and a worker need not be started to find out. Raises
        NoFilm likewise.

        What is in a folder the worker reads by the descriptor that is open here, so it needs no path, which may lead
        elsewhere meanwhile. A write in place during the job is not noticed: it changes the entity tag, by which
        nobody will ask for the result any more. What is in no folder the worker reads by a URL of this server.
        """
        name = f"film{PurePosixPath(movie.path).suffix}"
        async with self._library.open_file(movie.file, movie.media_type) as source:
            if not _is_listed(source, movie.file):
                raise RepresentationChanged("it is not the version any more that was listed")
            await _require_film(movie, source)
            if source.descriptor >= 0:
                film = JobFilm(name, descriptor=source.descriptor)
                return await self._worker.run(job, timeout_s=timeout_s, film=film, accept=accept, **arguments)
        film = JobFilm(name, url=movie.file.location, version=str(movie.file.entity_tag))
        return await self._worker.run(job, timeout_s=timeout_s, film=film, accept=accept, **arguments)

    async def close(self) -> None:
        """Ends the process, and the job that it does."""
        await self._worker.close()


async def _require_film(movie: Movie, source: Source) -> None:
    """Raises NoFilm, or StorageError where not even the first byte can be read."""
    wanted = HEAD_BYTES if may_be_text(movie.path) else 1
    end = min(wanted, source.representation.complete_length)
    head = b""
    while len(head) < end:
        head += await source.read(len(head), end - len(head))
    if may_be_text(movie.path) and is_text(head):
        raise NoFilm("it is text")


def _is_listed(source: Source, file: StoredFile) -> bool:
    """Whether it is the version that was listed. A file that grows is listed less often than it is written to."""
    opened = source.representation
    has_grown = 0 != source.inode == file.inode and opened.complete_length > file.size
    return has_grown or opened.entity_tag == file.entity_tag
