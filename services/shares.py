"""Shares: new ones, what their links lead to, and to whom they are open.

Tested by tests/handlers/test_shares.py.
"""

import asyncio
from time import monotonic

from services.access import shares, tickets
from services.access.access import Access, Shown
from services.access.grants import Grant, Nobody, ShareHolder
from services.access.qr_code import qr_code
from services.access.shares import MOST_CODE_CHARS, Share, Subject, Terms
from services.document import Document
from services.errors import InvalidShare, MovieNotFound
from services.kept_shares import KeptShares
from services.lists.playlist import Playlists
from services.recent import Recent
from services.shared_films import LOOK_AGAIN_S, SharedFilms
from services.shares_file import KeptShare

LEAST_CODE_CHARS = 4
_VIEWER_CHARS = 8  # of a signature: enough to tell a hundred apart
_SUBJECTS_BYTES, _SUBJECT_BYTES = 1024 * 1024, 1000
_LISTED_AFTER_END_S = 30 * 86_400  # in the list of shares


class Shares:
    """Makes shares, and tells what is due to whoever shows a link. ``kept`` has all of them; without it they are kept
    nowhere, and last until they end."""

    def __init__(self, access: Access, films: SharedFilms, kept: KeptShares | None) -> None:
        self._kept = kept
        self._signer = access.signer
        self.now_s = access.now_s
        self._films = films
        # By links, and when they were looked for.
        self._subjects: Recent[str, tuple[Subject | None, float]] = Recent(_SUBJECTS_BYTES)
        self._looking = asyncio.Lock()

    async def grant(self, shown: Shown, film: str) -> Grant:
        """Who asks for something of ``film`` by the link that was shown. ``film`` is its path for the holder."""
        share = self.open_share(shown, film)
        subject = None if share is None else await self.subject(shown.share, share)
        if share is None or subject is None:
            return Nobody()
        if self._kept is not None:
            viewer = self._signer.signature("viewer", share.id, shown.site)[:_VIEWER_CHARS]
            self._kept.use(share.id, viewer, int(self.now_s()))
        return ShareHolder(await self._films.paths(subject, film), share)

    async def document(self, shown: Shown) -> Document:
        """The list for the holder of the link. Only for whom that is due to."""
        return await self._films.document(await self._due(shown))

    async def playlists(self, shown: Shown) -> Playlists:
        """The same as playlists."""
        return await self._films.playlists(await self._due(shown))

    async def _due(self, shown: Shown) -> Subject:
        share = self.share(shown.share)
        assert share is not None
        subject = await self.subject(shown.share, share)
        assert subject is not None
        return subject

    def share(self, link: str) -> Share | None:
        """What the link says, also before it begins and after it has ended. None: it is not ours,
        or was taken back."""
        share = shares.share_of(self._signer, link)
        return share if share is not None and self._is_there(share) else None

    def is_open(self, share: Share) -> bool:
        """Whether it has begun, has not ended and was not taken back."""
        now_s = self.now_s()
        return self._is_there(share) and share.has_begun(now_s) and not share.has_ended(now_s)

    def _is_there(self, share: Share) -> bool:
        return share.is_kept == self.are_kept and (self._kept is None or share.id in self._kept.shares)

    def open_share(self, shown: Shown, film: str) -> Share | None:
        """The share of the link that was shown, if it is open to whoever shows it now. Players, which have no cookies,
        show by a ticket that its code was entered."""
        share = self.share(shown.share)
        if share is None or not self.is_open(share):
            return None
        is_entered = shares.shows_code(self._signer, share, shown.share_code)
        return share if is_entered or tickets.holder(self._signer, shown.ticket, film, self.now_s(), share.id) else None

    @property
    def are_kept(self) -> bool:
        return self._kept is not None

    async def make(self, subject: Subject, terms: Terms) -> str:
        """A new link. Raises InvalidShare, MovieNotFound and SharesNotKept."""
        self._check(terms)
        if not subject.name or not await self._films.has(subject):
            raise MovieNotFound(subject.name)
        link = shares.link(self._signer, subject, terms, is_kept=self.are_kept)
        if self._kept is not None:
            title = await self._films.title(subject)
            kept = KeptShare(link, title, subject, int(self.now_s()))
            await self._kept.add(link.split(".")[1], kept, self._long_ended())
        return link

    def _long_ended(self) -> list[str]:
        """The ids of shares that need not be listed any more."""
        before_s = self.now_s() - _LISTED_AFTER_END_S
        return [share.id for share, _ in self.all() if share.has_ended(before_s)]

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
        """What the share leads to. None: that was deleted or renamed."""
        if (found := self._subjects.get(link)) is not None and found[0] is not None:
            return found[0]
        async with self._looking:  # a page asks for many files at once
            found = self._subjects.get(link)
            if found is None or (found[0] is None and monotonic() - found[1] > LOOK_AGAIN_S):
                found = await self._found(share), monotonic()
                self._subjects.keep(link, found, _SUBJECT_BYTES)
        return found[0]

    async def _found(self, share: Share) -> Subject | None:
        """The link tells no name. Where shares are kept, the file has it; elsewhere all names are tried."""
        leads_to = shares.leads_to(self._signer, share)
        kept = self._kept.shares.get(share.id) if self._kept is not None else None
        if kept is not None and kept.subject.name:
            return kept.subject if leads_to(kept.subject) and await self._films.is_there(kept.subject) else None
        return await self._films.subject(leads_to)
