"""A film with a new head as one Source: the film's bytes at their positions, and those of its head far behind them.

So the parts of the new film are ranges of one Source, and the film's own bytes go by zero copy, as ever. The head is a
file of the cache.

Tested by tests/services/segments/test_faststart.py.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from services.errors import FileVanished, RepresentationChanged
from services.http.ranges import ByteRange
from services.http.representation import Representation
from services.packaging.faststart.head import FilmHead
from services.storage.source import Source

_HEAD_AT = 2**62  # the position of its first byte: further than any film reaches


def parts(head: FilmHead, film_bytes: int) -> tuple[ByteRange, ...]:
    """What the new film is made of, in positions of HeadedFilm."""
    return ByteRange(_HEAD_AT, _HEAD_AT + head.head_bytes - 1), *head.rest(film_bytes)


class HeadedFilm:
    """``open_head`` opens the file with the head; ``lost`` is called where it is gone. The file is open from the first
    read of the head to the first of the film, or to the end of the context: a viewer who pauses in mid-film holds one
    descriptor, as ever."""

    def __init__(
        self, film: Source, open_head: Callable[[], AbstractAsyncContextManager[Source]], lost: Callable[[], None]
    ) -> None:
        self._film = film
        self._open_head = open_head
        self._lost = lost
        self._head: Source | None = None
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> "HeadedFilm":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close_head()

    @property
    def representation(self) -> Representation:
        """The film's own."""
        return self._film.representation

    @property
    def descriptor(self) -> int:
        return self._film.descriptor

    @property
    def inode(self) -> int:
        return self._film.inode

    async def bring_in(self, first: int, length: int) -> bool:
        return first < _HEAD_AT and await self._film.bring_in(first, length)

    def is_cached(self, first: int, length: int) -> bool:
        return first < _HEAD_AT and self._film.is_cached(first, length)

    def is_unchanged(self) -> bool:
        return self._film.is_unchanged()

    async def require_unchanged(self) -> None:
        """As in Source. Is asked before the kernel sends bytes of the film."""
        await self._close_head()
        await self._film.require_unchanged()

    def read_at_once(self, parts: Sequence[bytes | ByteRange]) -> memoryview | None:
        """As in Source. None with a range of the head, too: its file may have to be opened."""
        if any(not isinstance(part, bytes) and part.last >= _HEAD_AT for part in parts):
            return None
        return self._film.read_at_once(parts)

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        """As in Source. Raises RepresentationChanged where the head is gone: it can be made anew."""
        if first < _HEAD_AT:
            await self._close_head()
            return await self._film.read(first, length, last)
        chunk = await (await self._opened_head()).read(first - _HEAD_AT, length)
        await self._film.require_unchanged()
        return chunk

    def give_back(self, first: int, rest: bytes) -> bool:
        """Of the head, too: it is in the page cache."""
        return first >= _HEAD_AT or self._film.give_back(first, rest)

    async def _opened_head(self) -> Source:
        if self._head is None:
            try:
                self._head = await self._opened.enter_async_context(self._open_head())
            except FileVanished as error:
                self._lost()
                raise RepresentationChanged("its head is gone from the cache") from error
        return self._head

    async def _close_head(self) -> None:
        if self._head is not None:
            self._head = None
            await self._opened.aclose()
