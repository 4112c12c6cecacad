"""Sources whose bytes are in memory, shared by all readers.

A reader gets copies of parts, and gives back the bytes that its viewer does not take at once. So stalled viewers hold
no copies, and ``forget`` frees the content for good.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import accumulate
from typing import Protocol

from services.errors import RepresentationChanged
from services.http.representation import EntityTag, Representation
from services.storage.source import FilelessSource
from services.threads import unhurried

_FORGOTTEN = "it was taken out of memory, for newer versions of it"


class _InMemory(FilelessSource):
    """Bytes that are given back need not be kept: reading them again is cheap."""

    def give_back(self, first: int, rest: bytes) -> bool:
        return True


@dataclass(slots=True)
class MemorySource(_InMemory):
    """A Source over ``content``."""

    content: bytes
    representation: Representation

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        """As in Source. Raises RepresentationChanged after ``forget``."""
        chunk = self.content[first : first + length]
        if not chunk:
            raise RepresentationChanged(_FORGOTTEN)
        return chunk

    def forget(self) -> None:
        """Frees the content. Reads that follow fail."""
        self.content = b""


class Entries(Protocol):
    """A sequence of entries, each as the bytes before its hole and the bytes after it."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]: ...

    def __getitem__(self, index: int, /) -> tuple[bytes, bytes]: ...


class Pieces:
    """A document of a ``beginning`` and ``entries``. Each entry has a hole, which each reader fills with its own bytes.

    So one copy serves readers whose documents differ only in these bytes, such as playlists for several origins. An
    entry may be shared by many documents. Entries have no digests of their own: ``digest`` is made over the whole.
    """

    def __init__(self, beginning: bytes, entries: Entries, made: datetime) -> None:
        """``made`` is the date of last modification, in UTC. Reads all entries: if there are many, call it in a
        thread."""
        self.beginning = beginning
        self.entries: Entries = entries
        self.made = made
        lengths = (len(before) + len(after) for before, after in unhurried(entries))
        self.starts = array("Q", accumulate(lengths, initial=0))
        digest = blake2b(beginning, digest_size=12)
        for before, after in unhurried(entries):
            digest.update(b"%d,%d:%b%b" % (len(before), len(after), before, after))
        self.digest = digest.digest()

    @property
    def memory_bytes(self) -> int:
        return len(self.beginning) + self.starts[-1]

    def forget(self) -> None:
        """Frees the entries. Reads that follow fail."""
        self.entries, self.starts = (), array("Q", [0])


class PiecesSource(_InMemory):
    """A Source over ``pieces`` with their holes ``filled``, assembled as it is read.

    It has the entries of ``runs``, in this order. A run is a half-open range (begin, end) of entry numbers. None means
    all entries. ``vary`` is as in Representation. An entry's position follows from the lengths before it and from the
    length of ``filled``, so nothing but the bytes asked for is assembled.
    """

    def __init__(
        self,
        pieces: Pieces,
        media_type: str,
        runs: Sequence[tuple[int, int]] | None = None,
        filled: bytes = b"",
        vary: str | None = None,
    ) -> None:
        self._pieces = pieces
        self._runs = [(0, len(pieces.entries))] if runs is None else runs
        self._filled = filled
        lengths = (self._position(end, begin) for begin, end in self._runs)
        self._run_starts = list(accumulate(lengths, initial=len(pieces.beginning)))
        self.representation = Representation(
            self._run_starts[-1], media_type, self._entity_tag(), pieces.made, vary=vary
        )

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        """As in Source. Raises RepresentationChanged after ``forget``."""
        pieces = self._pieces
        if first < len(pieces.beginning):
            return pieces.beginning[first : first + length]
        if not pieces.entries:
            raise RepresentationChanged(_FORGOTTEN)
        run = bisect_right(self._run_starts, first) - 1
        begin, end = self._runs[run]
        position = first - self._run_starts[run]
        numbers = range(begin, end)
        entry = begin - 1 + bisect_right(numbers, position, key=lambda number: self._position(number, begin))
        skipped = position - self._position(entry, begin)
        parts: list[bytes] = []
        count = -skipped
        while count < length and entry < end:
            before, after = pieces.entries[entry]
            parts += before, self._filled, after
            count += len(before) + len(self._filled) + len(after)
            entry += 1
        return b"".join(parts)[skipped : skipped + length]

    def forget(self) -> None:
        """Frees the pieces. Reads that follow fail, those of other sources over them too."""
        self._pieces.forget()

    def _position(self, entry: int, begin: int) -> int:
        """The position of ``entry``, counted from the first byte of a run that begins with entry ``begin``."""
        starts = self._pieces.starts
        return starts[entry] - starts[begin] + (entry - begin) * len(self._filled)

    def _entity_tag(self) -> EntityTag:
        told = b"%b%r%b" % (self._pieces.digest, self._runs, self._filled)
        return EntityTag(blake2b(told, digest_size=12).hexdigest())
