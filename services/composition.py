"""All services over the films of some stores, opened and closed as one: by the server, its worker's port and tests.

Tested by tests/process/test_end.py.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from services.about import About
from services.cache import Cache
from services.catalogue import Catalogue, CatalogueTiming
from services.descriptions import Descriptions
from services.image_subtitles import ImageSubtitles
from services.jobs.errands import CACHE_RETRY_S
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import WORKER, Worker, can_look_into_films
from services.library import Library, LibraryTiming
from services.lists.movie_json import movie_json, movies_json
from services.lists.plain_list import item, plain_list
from services.lists.playlist import Playlists, entry
from services.lists.snapshots import KEPT_BYTES, Snapshots
from services.packaging.offered import NO_CONVERSIONS, SOUND_ALONE, Conversions
from services.pictures import SHEET_RETRY_S, Pictures
from services.segments.ahead import IndexesAhead
from services.segments.faststart import PATIENCE_S, Faststart
from services.segments.segments import Segments
from services.shared_films import SharedFilms
from services.storage.store import Stores
from services.subtitles import Subtitles
from services.threads import Threads

WORK_ENDS_S = 2.0  # how long close() waits for work that it cancelled; mostly a few milliseconds


@dataclass(frozen=True, slots=True)
class Timing:
    """How long services wait before they look, or try, again."""

    library: LibraryTiming = field(default_factory=LibraryTiming)
    catalogue: CatalogueTiming = field(default_factory=CatalogueTiming)
    sheet_retry_s: float = SHEET_RETRY_S
    cache_retry_s: float = CACHE_RETRY_S  # for what the cache could not keep
    head_patience_s: float = PATIENCE_S  # with a film's head in the making


class Services:
    """What handlers ask. ``environment`` is the server's own, of which workers get what Python needs. ``worker_module``
    is the program of the workers. Without ``examines`` no film is looked into. ``conversions`` are done where PyAV is
    installed. ``kept_bytes`` limits the memory of the snapshots of each list."""

    def __init__(
        self,
        stores: Stores,
        cache: Cache,
        environment: Mapping[str, str] | None = None,
        *,
        examines: bool = True,
        conversions: Conversions = SOUND_ALONE,
        worker_module: str = WORKER,
        timing: Timing | None = None,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        timing = timing or Timing()

        def worker() -> Worker:
            return Worker(worker_module, environment=environment)

        self.stores = stores
        self.cache = cache
        self.library = Library(stores, timing.library)
        film_worker = worker()
        self._film_jobs = FilmJobs(film_worker, self.library)
        self.pictures = Pictures(self._film_jobs, cache, timing.sheet_retry_s, timing.cache_retry_s)
        converts = can_look_into_films()
        conversions = conversions if converts else NO_CONVERSIONS
        ahead = IndexesAhead(self._film_jobs, cache, converts_pictures=conversions.pictures)
        self.catalogue = Catalogue(self._film_jobs, cache, self.pictures, examines, timing.catalogue, ahead)
        extractors = FilmJobs(worker(), self.library), FilmJobs(worker(), self.library)
        self.subtitles = Subtitles(
            self.library, self.catalogue, cache, worker(), *extractors, cache_retry_s=timing.cache_retry_s
        )
        self.image_subtitles = ImageSubtitles(self.library, self.catalogue, cache, worker(), timing.cache_retry_s)
        indexer = FilmJobs(worker(), self.library)  # of its own: a viewer waits for it
        converters = FilmJobs(worker(), self.library), FilmJobs(worker(), self.library)
        self.segments = Segments(
            self.library, self.catalogue, cache, indexer, *converters, converts, conversions, timing.cache_retry_s
        )
        self.descriptions = Descriptions(self.library, cache, film_worker, converts)
        self.about = About(self.library, self.catalogue, self.descriptions, cache.threads, conversions)
        heads = FilmJobs(worker(), self.library)  # of its own: an index may take half a minute
        self.faststart = Faststart(self.library, cache, heads, timing.cache_retry_s, timing.head_patience_s)
        self._list_threads = threads = Threads("lists", most=1)
        as_json = partial(movie_json, converts=converts, conversions=conversions)
        known = self.library, self.catalogue, self.descriptions, threads
        self.as_json = Snapshots(*known, as_json, movies_json, kept_bytes)
        self._share_threads = Threads("shares", most=1)
        self.shared_films = SharedFilms(self.library, self.catalogue, self.descriptions, as_json, self._share_threads)
        self.as_page = Snapshots(*known, item, plain_list, kept_bytes)
        self.as_playlists = Snapshots(*known, entry, Playlists, kept_bytes)

    async def close(self) -> None:
        """Cancels all work under way and deletes its drafts; then closes files and connections.

        A thread that waits for a dead disk cannot be ended. So work that has not ended after ``WORK_ENDS_S`` is left
        alone, and no thread is waited for. Python would wait for its threads at the end of the process, so the process
        must end by ``os._exit``.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(WORK_ENDS_S):
                work = (
                    self.catalogue,
                    self.descriptions,
                    self.pictures,
                    self.subtitles,
                    self.image_subtitles,
                    self.faststart,
                    self.segments,
                    self._film_jobs,
                )
                await asyncio.gather(*(each.close() for each in work))
        self._list_threads.close()
        self._share_threads.close()
        self.library.close()
        self.stores.close()
        self.cache.close()
