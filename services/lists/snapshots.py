"""Snapshots of the whole library as documents: the JSON list, the page of links, the playlists.

A snapshot is made once for all who ask, by a thread, from one entry for each film. It shares the entries of films
that did not change with the snapshots before it. So memory does not grow with the number of readers, however slowly
they read; readers of playlists for different origins share one snapshot, too (services/storage/memory.py).
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from services.catalogue import Catalogue
from services.descriptions import Descriptions, described
from services.library import Library, Movie
from services.media.details import NO_FILM, Details
from services.media.summary import Summary
from services.threads import Threads, unhurried

KEPT_BYTES = 16 * 1024 * 1024  # of all snapshots together, the newest included
MOST_KEPT = 16  # snapshots: objects take memory beyond their bytes, and each new snapshot looks at all of them
_PATIENCE_S = 0.5  # how long an answer waits for details that are in the cache
_SHARE = 20  # at most a twentieth of the time is spent on snapshots for new details alone


async def look_into(movies: tuple[Movie, ...], catalogue: Catalogue, descriptions: Descriptions) -> None:
    """Has all movies looked into that are not known yet, and waits for what the cache knows of them, but not long."""
    await descriptions.examine(movies)
    await catalogue.examine(movies)
    await asyncio.gather(descriptions.recall(_PATIENCE_S), catalogue.recall(_PATIENCE_S))


class Snapshot(Protocol):
    """The library as it was at one moment, in a form that many read."""

    @property
    def memory_bytes(self) -> int: ...

    def forget(self) -> None:
        """Frees the memory. Readers that are still under way fail, as if the content had changed."""


_Known = tuple[Movie, Details, tuple[Summary, Summary]]  # what an entry follows from
_Entry = TypeVar("_Entry")
_Shown = TypeVar("_Shown", bound=Snapshot)


class Snapshots(Generic[_Entry, _Shown]):
    """The snapshots of one kind, newest last. ``entry`` makes one film's part, and ``shown`` the whole of all parts.

    An entry is made again only when its film, the film's details or its description change. The work runs in
    ``threads``; it takes processor time in proportion to the number of films, so nothing urgent should share them.
    While films are being probed the details change all the time: then at most a twentieth of the time goes into new
    snapshots.

    The newest snapshot and the one before it can always be read. Older ones stay readable while there are at most
    ``MOST_KEPT`` snapshots of at most ``kept_bytes`` together, whatever their readers do. After that the oldest is
    forgotten, which cuts off its readers, as when a film changes.
    """

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        descriptions: Descriptions,
        threads: Threads,
        entry: Callable[[Movie, Details], _Entry],
        shown: Callable[[Sequence[tuple[Movie, _Entry]]], _Shown],
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self._kept_bytes = kept_bytes
        self._library = library
        self._catalogue = catalogue
        self._descriptions = descriptions
        self._threads = threads
        self._entry = entry
        self._shown = shown
        self._entries: dict[str, tuple[_Known, _Entry]] = {}  # by path
        self._movies: tuple[Movie, ...] | None = None
        self._known_revision = 0  # when the newest snapshot was made
        self._fresh_until_s = 0.0
        self._snapshots: deque[_Shown] = deque()
        self._making: asyncio.Task[None] | None = None

    async def newest(self) -> _Shown:
        """The snapshot of the films and details as of now. It is made unless the newest one is up to date, or, where
        only details changed, was made a short time ago."""
        await self._made()  # one that is being made may be older than this request
        movies = await self._library.movies()
        if self._making is None and self._is_due(movies):
            self._making = asyncio.create_task(self._make(movies))
        await self._made()
        return self._snapshots[-1]

    async def _made(self) -> None:
        if self._making is not None:
            await asyncio.shield(self._making)

    def _is_due(self, movies: tuple[Movie, ...]) -> bool:
        has_learned = self._revision() != self._known_revision
        return movies is not self._movies or (has_learned and time.monotonic() >= self._fresh_until_s)

    def _revision(self) -> int:
        return self._catalogue.revision + self._descriptions.revision

    async def _make(self, movies: tuple[Movie, ...]) -> None:
        try:
            if movies is not self._movies:
                await look_into(movies, self._catalogue, self._descriptions)
            revision = self._revision()
            began_s = time.monotonic()
            await self._threads.ask(self._render, movies)
            ended_s = time.monotonic()
            self._movies, self._known_revision = movies, revision
            self._fresh_until_s = ended_s + _SHARE * (ended_s - began_s)
        finally:
            self._making = None

    def _render(self, movies: tuple[Movie, ...]) -> None:
        before, self._entries = self._entries, {}
        films = []
        for movie in unhurried(movies):
            details = self._catalogue.details(movie)
            known = movie, details, self._descriptions.of(movie)
            if details == NO_FILM:
                continue
            kept = before.get(movie.path)
            entry = kept[1] if kept is not None and kept[0] == known else self._entry(described(*known), details)
            self._entries[movie.path] = known, entry
            films.append((movie, entry))
        self._snapshots.append(self._shown(films))
        while len(self._snapshots) > 2 and self._are_too_many():
            self._snapshots.popleft().forget()

    def _are_too_many(self) -> bool:
        return len(self._snapshots) > MOST_KEPT or sum(each.memory_bytes for each in self._snapshots) > self._kept_bytes
