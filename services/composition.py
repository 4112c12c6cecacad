"""All services over the films of some stores, opened and closed as one."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from services.cache import Cache
from services.catalogue import Catalogue
from services.library import Library
from services.lists.movie_json import movie_json, movies_json
from services.lists.plain_list import item, plain_list
from services.lists.playlist import Playlists, entry
from services.lists.snapshots import Snapshots
from services.pictures import Pictures
from services.storage.store import Stores
from services.subtitles import Subtitles
from services.threads import Threads
from services.work.film_jobs import FilmJobs
from services.work.worker_process import WORKER, Worker, can_look_into_films

WORK_ENDS_S = 2.0  # how long the end waits for work that is given up: mostly a few milliseconds


class Services:
    """What handlers ask. ``environment`` is the server's, and ``worker_module`` the program of its workers; without
    ``examines`` nothing is looked into."""

    def __init__(
        self,
        stores: Stores,
        cache: Cache,
        environment: Mapping[str, str] | None = None,
        *,
        examines: bool = True,
        worker_module: str = WORKER,
    ) -> None:
        def worker() -> Worker:
            return Worker(worker_module, environment=environment)

        self.stores = stores
        self._cache = cache
        self.library = Library(stores)
        self._film_jobs = FilmJobs(worker(), self.library)
        self.pictures = Pictures(self._film_jobs, cache)
        self.catalogue = Catalogue(self._film_jobs, cache, self.pictures, examines)
        extractors = FilmJobs(worker(), self.library), FilmJobs(worker(), self.library)
        self.subtitles = Subtitles(self.library, self.catalogue, cache, worker(), *extractors)
        self._list_threads = threads = Threads("lists", most=1)
        as_json = partial(movie_json, converts=can_look_into_films())
        self.as_json = Snapshots(self.library, self.catalogue, threads, as_json, movies_json)
        self.as_page = Snapshots(self.library, self.catalogue, threads, item, plain_list)
        self.as_playlists = Snapshots(self.library, self.catalogue, threads, entry, Playlists)

    async def close(self) -> None:
        """Gives up all that is being made, so that no draft of it is left; then closes files and connections.

        A thread that waits for a dead disk cannot be ended. So work that has not ended after ``WORK_ENDS_S`` is left as
        it is, no thread is waited for, and a process must end by ``os._exit``, as Python would wait for them.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(WORK_ENDS_S):
                work = (self.catalogue, self.pictures, self.subtitles, self._film_jobs)
                await asyncio.gather(*(each.close() for each in work))
        self._list_threads.close()
        self.library.close()
        self.stores.close()
        self._cache.close()
