"""What is shown of the whole library: made once for all who ask, film by film, off the event loop."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from services.catalogue import Catalogue
from services.library import Library, Movie
from services.media.details import NO_FILM, Details
from services.threads import Threads, unhurried

KEPT_BYTES = 16 * 1024 * 1024  # of editions that may be read, the newest one included
MOST_KEPT = 16  # such editions: small ones take more than their bytes, and each is looked at for every new one
_PATIENCE_S = 0.5  # how long an answer waits for what is in the cache
_SHARE = 20  # a list that takes long to make is made anew for a twentieth of the time at most


class Edition(Protocol):
    """The library as it was at a time, to be read by many."""

    @property
    def memory_bytes(self) -> int: ...

    def forget(self) -> None:
        """Frees them, and ends those who still read."""


_Entry = TypeVar("_Entry")
_Shown = TypeVar("_Shown", bound=Edition)


class Editions(Generic[_Entry, _Shown]):
    """The library as ``shown``, of an ``entry`` for each film, which is made anew only when the film changes, or what
    is known of it.

    It is made in ``threads``, where nothing else should have to wait for it: it takes the processor for a while.
    While films are looked into there is a new edition all the time: a twentieth of it is spent on that at most. Of
    older ones, the last may still be read, and others as long as all together are no more than ``MOST_KEPT`` and
    ``KEPT_BYTES``.
    """

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        threads: Threads,
        entry: Callable[[Movie, Details], _Entry],
        shown: Callable[[Sequence[tuple[Movie, _Entry]]], _Shown],
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._threads = threads
        self._entry = entry
        self._shown = shown
        self._entries: dict[str, tuple[tuple[Movie, Details], _Entry]] = {}  # by path
        self._movies: tuple[Movie, ...] | None = None
        self._known = 0  # the catalogue's edition
        self._fresh_until_s = 0.0
        self._editions: deque[_Shown] = deque()
        self._making: asyncio.Task[None] | None = None

    async def newest(self) -> _Shown:
        """Of films and details as of now."""
        await self._made()  # begun for others, and perhaps before what is to be shown now
        movies = await self._library.movies()
        if self._making is None and self._is_due(movies):
            self._making = asyncio.create_task(self._make(movies))
        await self._made()
        return self._editions[-1]

    async def _made(self) -> None:
        if self._making is not None:
            await asyncio.shield(self._making)

    def _is_due(self, movies: tuple[Movie, ...]) -> bool:
        has_learned = self._catalogue.edition != self._known
        return movies is not self._movies or (has_learned and time.monotonic() >= self._fresh_until_s)

    async def _make(self, movies: tuple[Movie, ...]) -> None:
        try:
            if movies is not self._movies:
                await self._catalogue.examine(movies)
                await self._catalogue.recall(_PATIENCE_S)
            known = self._catalogue.edition
            began_s = time.monotonic()
            await self._threads.ask(self._render, movies)
            ended_s = time.monotonic()
            self._movies, self._known = movies, known
            self._fresh_until_s = ended_s + _SHARE * (ended_s - began_s)
        finally:
            self._making = None

    def _render(self, movies: tuple[Movie, ...]) -> None:
        before, self._entries = self._entries, {}
        films = []
        for movie in unhurried(movies):
            told = movie, self._catalogue.details(movie)
            if told[1] == NO_FILM:
                continue
            kept = before.get(movie.path)
            entry = kept[1] if kept is not None and kept[0] == told else self._entry(*told)
            self._entries[movie.path] = told, entry
            films.append((movie, entry))
        self._editions.append(self._shown(films))
        while len(self._editions) > 2 and self._are_too_many():
            self._editions.popleft().forget()

    def _are_too_many(self) -> bool:
        return len(self._editions) > MOST_KEPT or sum(each.memory_bytes for each in self._editions) > KEPT_BYTES
