"""What links of shares lead to, and to whom they are open.

Tested by tests/handlers/test_shares.py.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from services.access import shares
from services.access.access import Access, Shown
from services.access.grants import Grant, Nobody, ShareHolder
from services.access.qr_code import qr_code
from services.access.shares import MOST_CODE_CHARS, Form, Share, Subject, Terms
from services.catalogue import Catalogue
from services.descriptions import Descriptions, described
from services.document import Document
from services.errors import InvalidShare, MovieNotFound
from services.kept_shares import KeptShare, KeptShares
from services.library import Library, Movie
from services.lists.movie_json import movies_json
from services.lists.shared_films import as_shared, films_of, subject_of
from services.lists.snapshots import Snapshots
from services.media.details import NO_FILM, Details
from services.recent import Recent
from services.threads import Threads, unhurried

LEAST_CODE_CHARS = 4
_KEPT_BYTES = 4 * 1024 * 1024  # of films and of lists, each
_FILM_BYTES, _SUBJECT_BYTES = 400, 1000  # about what one takes in memory
_VIEWER_CHARS = 8  # of a signature: enough to tell a hundred apart
_LOOK_AGAIN_S = 2.0  # how often what is not there is looked for


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
        snapshots: Snapshots[bytes, Document],
        entry: Callable[[Movie, Details], bytes],
        threads: Threads,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._descriptions = descriptions
        self._snapshots = snapshots
        self._entry = entry
        self.threads = threads
        self._looking = asyncio.Lock()
        self._films: Recent[Subject, _Films] = Recent(_KEPT_BYTES)
        self._documents: Recent[Subject, tuple[_Films, Document]] = Recent(_KEPT_BYTES)

    async def paths(self, subject: Subject, wanted: str = "") -> Mapping[str, str]:
        """The paths of the films by those under which the holder knows them. They are looked for anew if ``wanted`` is
        not among those that are known."""
        kept = self._films.get(subject)
        if kept is None or (wanted and wanted not in kept.paths and monotonic() - kept.looked_s > _LOOK_AGAIN_S):
            return (await self._newest(subject)).paths
        return kept.paths

    async def subject(self, is_it: Callable[[Subject], bool]) -> Subject | None:
        movies = await self._library.movies()
        return await self.threads.ask(lambda: subject_of(map(self._described, movies), is_it))

    async def title(self, subject: Subject) -> str:
        """The subject in words."""
        if subject.form is not Form.FILM:
            return subject.name
        return self._described(await self._library.find(subject.name)).in_words

    async def document(self, subject: Subject) -> Document:
        """The list of the films as JSON, as the holder sees them."""
        await self._snapshots.newest()  # so that all are looked into
        films = await self._newest(subject)
        kept = self._documents.get(subject)
        if kept is not None and kept[0] is films:
            return kept[1]
        document = await self.threads.ask(self._document, films)
        self._documents.keep(subject, (films, document), document.memory_bytes)
        return document

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

    def _document(self, films: _Films) -> Document:
        shared = {path: shown for shown, path in films.paths.items()}
        entries = []
        for movie in unhurried(films.movies):
            if movie.path in shared and (details := self._catalogue.details(movie)) != NO_FILM:
                entries.append((movie, self._entry(as_shared(self._described(movie), shared), details)))
        return movies_json(entries)

    def _described(self, movie: Movie) -> Movie:
        return described(movie, self._catalogue.details(movie), self._descriptions.of(movie))


class Shares:
    """Makes shares, and tells what is due to whoever shows a link. ``kept`` has all of them; without it they are kept
    nowhere, and last until they end."""

    def __init__(self, access: Access, films: SharedFilms, kept: KeptShares | None) -> None:
        self._kept = kept
        self._signer = access.signer
        self.now_s = access.now_s
        self._films = films
        self._subjects: Recent[str, tuple[Subject | None, float]] = Recent(_KEPT_BYTES)  # by links, and when looked for
        self._looking = asyncio.Lock()

    async def grant(self, shown: Shown, film: str) -> Grant:
        """Who asks for something of ``film`` by the link that was shown. ``film`` is its path for the holder."""
        share = self.open_share(shown)
        subject = None if share is None else await self.subject(shown.share, share)
        if share is None or subject is None:
            return Nobody()
        if self._kept is not None:
            viewer = self._signer.signature("viewer", share.id, shown.site)[:_VIEWER_CHARS]
            self._kept.use(share.id, viewer, int(self.now_s()))
        return ShareHolder(await self._films.paths(subject, film), share.downloads)

    async def document(self, shown: Shown) -> Document:
        """The list for the holder of the link. Only for whom that is due to."""
        share = self.share(shown.share)
        assert share is not None
        subject = await self.subject(shown.share, share)
        assert subject is not None
        return await self._films.document(subject)

    def share(self, link: str) -> Share | None:
        """What the link says, also before it begins and after it has ended. None: it is not ours,
        or was taken back."""
        share = shares.share_of(self._signer, link)
        return None if share is None or (self._kept is not None and share.id not in self._kept.shares) else share

    def open_share(self, shown: Shown) -> Share | None:
        """The share of the link that was shown, if it is open to whoever shows it now."""
        share, now_s = self.share(shown.share), self.now_s()
        if share is None or share.has_ended(now_s) or not share.has_begun(now_s):
            return None
        return share if shares.shows_code(self._signer, share, shown.share_code) else None

    @property
    def are_kept(self) -> bool:
        return self._kept is not None

    async def make(self, subject: Subject, terms: Terms) -> str:
        """A new link. Raises InvalidShare, MovieNotFound and SharesNotKept."""
        self._check(terms)
        if not subject.name or not await self._films.paths(subject):
            raise MovieNotFound(subject.name)
        link = shares.link(self._signer, subject, terms)
        if self._kept is not None:
            title = await self._films.title(subject)
            kept = KeptShare(link, title, subject.form.value, int(self.now_s()))
            await self._kept.add(link.split(".")[1], kept)
        return link

    def all(self) -> list[tuple[Share, KeptShare]]:
        """All that are kept and of this password, the newest first."""
        kept = self._kept.shares.values() if self._kept is not None else ()
        found = [(share, each) for each in kept if (share := shares.share_of(self._signer, each.link)) is not None]
        return sorted(found, key=lambda each: each[1].made_s, reverse=True)

    async def take_back(self, id_: str) -> None:
        """Raises MovieNotFound where there is no such share, and SharesNotKept."""
        if self._kept is None or not await self._kept.remove(id_):
            raise MovieNotFound("a share")

    async def qr_code(self, url: str) -> str:
        return await self._films.threads.ask(qr_code, url)

    def _check(self, terms: Terms) -> None:
        if terms.code and not LEAST_CODE_CHARS <= len("".join(terms.code.split())) <= MOST_CODE_CHARS:
            raise InvalidShare(f"A code has from {LEAST_CODE_CHARS} to {MOST_CODE_CHARS} characters.")
        if 0 < terms.ends_s <= max(terms.begins_s, self.now_s()):
            raise InvalidShare("The share would end before it begins.")
        if self._kept is None and not terms.ends_s:
            raise InvalidShare("This server keeps no shares, so a link that never ends could not be taken back.")

    async def subject(self, link: str, share: Share) -> Subject | None:
        """What the share leads to. None: it is not there, or has another name now."""
        async with self._looking:  # a page asks for many files at once
            found = self._subjects.get(link)
            if found is None or (found[0] is None and monotonic() - found[1] > _LOOK_AGAIN_S):
                found = await self._films.subject(shares.leads_to(self._signer, share)), monotonic()
                self._subjects.keep(link, found, _SUBJECT_BYTES)
        return found[0]
