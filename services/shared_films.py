"""The films of what is shared, found again whenever the library has changed.

Tested by tests/handlers/test_shares.py.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from services.access.shares import Form, Subject
from services.catalogue import Catalogue
from services.descriptions import Descriptions, described
from services.document import Document
from services.errors import StoreUnavailable
from services.library import Library, Movie
from services.lists.movie_json import movies_json
from services.lists.playlist import Playlists, entry
from services.lists.shared_paths import as_shared, films_of, subject_of
from services.lists.snapshots import Snapshot, look_into
from services.media.details import NO_FILM, Details
from services.recent import Recent
from services.threads import Threads, unhurried

_KEPT_BYTES = 4 * 1024 * 1024  # of films, of lists and of playlists, each
_FILM_BYTES, _SUBJECT_BYTES = 400, 1000  # about what one takes in memory
LOOK_AGAIN_S = 2.0  # how often what is not there is looked for


_Known = Iterator[tuple[Movie, Details]]
_Shown = TypeVar("_Shown", bound=Snapshot)


@dataclass(frozen=True, slots=True)
class _Films:
    """The films of a subject, as of a list of all movies."""

    movies: tuple[Movie, ...]
    revision: int
    looked_s: float
    paths: Mapping[str, str]


class SharedFilms:
    """Finds the films of what is shared. Looks through the library in ``threads``, and again when it has changed."""

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        descriptions: Descriptions,
        entry: Callable[[Movie, Details], bytes],
        threads: Threads,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._descriptions = descriptions
        self._entry = entry
        self.threads = threads
        self._looking = asyncio.Lock()
        self._films: Recent[Subject, _Films] = Recent(_KEPT_BYTES)
        self._documents: Recent[Subject, tuple[_Films, Document]] = Recent(_KEPT_BYTES)
        self._playlists: Recent[Subject, tuple[_Films, Playlists]] = Recent(_KEPT_BYTES)

    async def paths(self, subject: Subject, wanted: str = "") -> Mapping[str, str]:
        """The paths of the films by those under which the holder knows them. They are looked for anew if ``wanted`` is
        not among those that are known. Raises StoreUnavailable while some place was never listed, which may have it.
        """
        kept = self._films.get(subject)
        if kept is None or (wanted and wanted not in kept.paths and monotonic() - kept.looked_s > LOOK_AGAIN_S):
            kept = await self._newest(subject)
        if wanted and wanted not in kept.paths:
            self._expect_all_listed()
        return kept.paths

    async def has(self, subject: Subject) -> bool:
        return bool((await self._newest(subject)).paths)

    async def is_there(self, subject: Subject) -> bool:
        """Raises StoreUnavailable as ``paths`` does."""
        is_there = await self.has(subject)
        if not is_there:
            self._expect_all_listed()
        return is_there

    async def subject(self, is_it: Callable[[Subject], bool]) -> Subject | None:
        """The subject that ``is_it``. Raises StoreUnavailable as ``paths`` does."""
        movies = await self._library.movies()
        subject = await self.threads.ask(lambda: subject_of(map(self._described, movies), is_it))
        if subject is None:
            self._expect_all_listed()
        return subject

    async def title(self, subject: Subject) -> str:
        """The subject in words."""
        if subject.form is not Form.FILM:
            return subject.name
        return self._described(await self._library.find(subject.name)).in_words

    async def document(self, subject: Subject) -> Document:
        """The list of the films as JSON, as the holder sees them."""
        return await self._newest_of(self._documents, subject, self._document)

    async def playlists(self, subject: Subject) -> Playlists:
        """The same as playlists."""
        return await self._newest_of(self._playlists, subject, _playlists)

    async def _newest_of(
        self, kept: Recent[Subject, tuple[_Films, _Shown]], subject: Subject, make: Callable[[_Known], _Shown]
    ) -> _Shown:
        await look_into(await self._library.movies(), self._catalogue, self._descriptions)
        films = await self._newest(subject)
        if (found := kept.get(subject)) is not None and found[0] is films:
            return found[1]
        shown = await self.threads.ask(lambda: make(self._known(films)))
        kept.keep(subject, (films, shown), shown.memory_bytes)
        return shown

    def _expect_all_listed(self) -> None:
        if unlisted := self._library.unlisted():
            raise StoreUnavailable(f"not listed yet: {', '.join(unlisted)}")

    async def _newest(self, subject: Subject) -> _Films:
        movies, revision = await self._library.movies(), self._catalogue.revision + self._descriptions.revision
        async with self._looking:
            kept = self._films.get(subject)
            if kept is not None and kept.movies is movies and kept.revision == revision:
                return kept
            paths = await self.threads.ask(lambda: films_of(subject, map(self._described, movies)))
            films = _Films(movies, revision, monotonic(), paths)
            self._films.keep(subject, films, _SUBJECT_BYTES + _FILM_BYTES * len(paths))
        return films

    def _document(self, known: _Known) -> Document:
        return movies_json((movie, self._entry(movie, details)) for movie, details in known)

    def _known(self, films: _Films) -> _Known:
        """The films as the holder knows them, and what is known of each."""
        shared = {path: shown for shown, path in films.paths.items()}
        for movie in unhurried(films.movies):
            if movie.path in shared and (details := self._catalogue.details(movie)) != NO_FILM:
                yield as_shared(self._described(movie), shared), details

    def _described(self, movie: Movie) -> Movie:
        return described(movie, self._catalogue.details(movie), self._descriptions.of(movie))


def _playlists(known: _Known) -> Playlists:
    return Playlists((movie, entry(movie, details)) for movie, details in known)
