"""MP4 films with "moov" in front of their samples, for players that know nothing but a file and its ranges.

What is best as it is, or cannot be moved, is sent as it is. So is, for some minutes, a film whose head was not there
in time: a player that was given the original goes on with it, and not all notice by the entity tag that it has become
another.
"""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from time import monotonic

from services.cache import Cache
from services.errors import FilmNotPackaged, MovieServerError, RepresentationChanged
from services.http.representation import EntityTag, Representation
from services.jobs.errands import CACHE_RETRY_S
from services.jobs.film_jobs import FilmJobs
from services.library import Library, Movie
from services.packaging.faststart.head import FilmHead
from services.packaging.fmp4.parts import Parts, Segment
from services.packaging.version import packaged_version
from services.recent import Recent
from services.segments.film_heads import FilmHeads
from services.segments.headed_film import HeadedFilm, parts
from services.storage.source import Source

_log = logging.getLogger(__name__)

PATIENCE_S = 10.0  # how long a viewer waits for a head; that of three hours takes 0.3 s of a whole processor
# How long a film is the original, then. Of several servers behind a cache, this one has another version for so long.
ORIGINAL_LASTS_S = 600.0
_MEDIA_TYPES = frozenset({"video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2"})
_ORIGINALS_BYTES = 2**20
_ORIGINAL_BYTES = 200


@dataclass(frozen=True, slots=True)
class FaststartFilm:
    """A film as an answer has it: ``segment`` is all of it, and made of ``source``, which is to be closed."""

    source: HeadedFilm
    segment: Segment

    @property
    def entity_tag(self) -> EntityTag:
        return self.segment.representation.entity_tag


class Faststart:
    """Films of ``library`` so. ``jobs`` make their heads, which ``cache`` keeps."""

    def __init__(
        self,
        library: Library,
        cache: Cache,
        jobs: FilmJobs,
        cache_retry_s: float = CACHE_RETRY_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._library = library
        self._heads = FilmHeads(cache, jobs, cache_retry_s)
        self._patience_s = patience_s
        self._originals: Recent[str, float] = Recent(_ORIGINALS_BYTES)  # by version: until when, on the monotonic clock

    async def film(self, movie: Movie, source: Source) -> FaststartFilm | None:
        """The film that is open as ``source``. None: it is to be sent as it is. Raises StorageError if it cannot be
        read."""
        listed = await self._listed(movie, source) if _is_settled(movie, source) else None
        if listed is None or not await self._heads.may_gain(listed, source):
            return None
        if monotonic() < (self._originals.get(listed.file.version) or 0.0):
            return None
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._headed(listed, source, None)
        except (MovieServerError, TimeoutError) as error:
            _log.info("%s is sent as it is for some time: %s", ascii(movie.path), ascii(str(error) or "no head yet"))
            self._originals.keep(listed.file.version, monotonic() + ORIGINAL_LASTS_S, _ORIGINAL_BYTES)
            return None

    async def with_sound(self, movie: Movie, source: Source, sound: int) -> FaststartFilm:
        """The same with one of its sounds alone, counted from 0.

        Raises SegmentNotFound if it has no such sound, FilmNotPackaged if it cannot be sent so; and WorkerFailed,
        CacheFailed or StorageError where another try may succeed.
        """
        if not _is_settled(movie, source):
            raise FilmNotPackaged("no MP4, or one that is being written")
        listed = await self._listed(movie, source)
        film = None if listed is None else await self._headed(listed, source, sound)
        if film is None:
            raise RepresentationChanged("the film has changed since it was listed")
        return film

    async def close(self) -> None:
        await self._heads.close()

    async def _listed(self, movie: Movie, source: Source) -> Movie | None:
        """The movie in the version that is open, since workers get what is listed. None: it is not listed yet."""
        tag = source.representation.entity_tag
        if movie.file.entity_tag == tag:
            return movie
        await self._library.look_again()
        movie = await self._library.find(movie.path)
        return movie if movie.file.entity_tag == tag else None

    async def _headed(self, movie: Movie, source: Source, sound: int | None) -> FaststartFilm | None:
        head = await self._heads.head(movie, sound)
        if head is None:
            return None
        lost = partial(self._heads.forget, movie, sound)
        headed = HeadedFilm(source, partial(self._heads.open, movie, sound), lost)
        return FaststartFilm(headed, _whole(source.representation, head, sound))


def _is_settled(movie: Movie, source: Source) -> bool:
    """Whether it is an MP4 film that is not being written."""
    return movie.media_type in _MEDIA_TYPES and not source.representation.grows


def _whole(film: Representation, head: FilmHead, sound: int | None) -> Segment:
    """All of the film with that head."""
    whole = Parts(parts(head, film.complete_length))
    packaged = packaged_version(film.entity_tag)
    suffix = "moov" if sound is None else f"moov-{sound}"
    entity_tag = EntityTag(f"{packaged.opaque}-{suffix}", packaged.weak)
    return Segment(Representation(len(whole), film.media_type, entity_tag, film.last_modified), whole)
