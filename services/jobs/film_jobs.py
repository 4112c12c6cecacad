"""Jobs over the bytes of a film. The server opens the film as it does for viewers, and hands it to a worker.

A film in a folder is handed over as an open descriptor. So a folder that is swapped for a link after the scan leads no
job out of the library. A film of a store is read by the worker from this server itself, at a port of 127.0.0.1, so the
worker needs no keys: the job has the film's URL there and the entity tag of the list, which goes into If-Match. At that
port nothing is redirected, films are sent as they are, and readers take no viewer's place and are not in the access
log.

The first byte is read here, before each job. So a disk or a store that fails is met here, where the reason is known. Of
a store's film that costs no extra request, as its first block is kept in memory.
"""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from services.errors import NoFilm, RepresentationChanged
from services.jobs.worker_process import JobFilm, Worker
from services.library import Library, Movie
from services.media.text_files import is_text
from services.media.types import may_be_text
from services.storage.source import Source
from services.storage.stored_file import HEAD_BYTES, StoredFile


class FilmJobs:
    """Runs jobs over the films of ``library`` in one worker."""

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
        """Runs a job as ``Worker.run`` does, over the version of the movie that was listed, or what it grew to since.

        Raises as ``Worker.run`` does; also StorageError where that version cannot be opened or read, and NoFilm where
        its content is text. Neither starts a worker.

        A write in place during the job is not noticed. It changes the entity tag of the film, so nobody will ask for
        the result.
        """
        name = f"film{PurePosixPath(movie.path).suffix}"
        async with self._library.open_file(movie.file, movie.media_type) as source:
            if not _is_listed(source, movie.file):
                raise RepresentationChanged("the film has changed since it was listed")
            await _require_film(movie, source)
            if source.descriptor >= 0:
                film = JobFilm(name, descriptor=source.descriptor)
                return await self._worker.run(job, timeout_s=timeout_s, film=film, accept=accept, **arguments)
        film = JobFilm(name, url=f"{movie.file.location}?original", version=str(movie.file.entity_tag))
        return await self._worker.run(job, timeout_s=timeout_s, film=film, accept=accept, **arguments)

    async def prepare(self, job: str, *, timeout_s: float) -> None:
        """Runs a job without a film, which only makes the worker ready for others. Raises WorkerFailed."""
        await self._worker.run(job, timeout_s=timeout_s)

    async def close(self) -> None:
        """Ends the worker's process, and the job under way."""
        await self._worker.close()


async def _require_film(movie: Movie, source: Source) -> None:
    """Raises NoFilm where the content is text, or StorageError where the first bytes cannot be read."""
    wanted = HEAD_BYTES if may_be_text(movie.path) else 1
    end = min(wanted, source.representation.complete_length)
    head = b""
    while len(head) < end:
        head += await source.read(len(head), end - len(head))
    if may_be_text(movie.path) and is_text(head):
        raise NoFilm("its content is text")


def _is_listed(source: Source, file: StoredFile) -> bool:
    """Whether the open file is the version that was listed, or what it grew to: a recording is written to more often
    than it is listed (services/storage/local/growing.py)."""
    opened = source.representation
    has_grown = 0 != source.inode == file.inode and opened.complete_length > file.size
    return has_grown or opened.entity_tag == file.entity_tag
