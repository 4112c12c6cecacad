"""WebVTT of which all cues come later, made of a file while it is read: so no offset takes any memory or disk."""

import asyncio
from dataclasses import replace
from hashlib import blake2b

from services.http.representation import EntityTag
from services.media.text.webvtt import TIMES_BYTES, shifted_part
from services.storage.source import Source

_TURN_BYTES = 8 * 1024  # some 130 cues, which take a millisecond


class ShiftedFile:
    """A Source of what ``source`` has, each cue later by ``offset_ms``: every byte stands where it stood."""

    descriptor, inode = -1, 0

    def __init__(self, source: Source, offset_ms: int) -> None:
        told = source.representation
        tag = blake2b(f"{told.entity_tag} {offset_ms}".encode("ascii"), digest_size=12).hexdigest()
        self.representation = replace(told, entity_tag=EntityTag(tag), vary=None)
        self._source = source
        self._offset_ms = offset_ms

    async def bring_in(self, first: int, length: int) -> bool:
        return False

    async def require_unchanged(self) -> None:
        await self._source.require_unchanged()

    def give_back(self, first: int, rest: bytes) -> bool:
        return False

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        """Of one turn, since it takes time on the event loop; others go before."""
        await asyncio.sleep(0)
        length = min(length, _TURN_BYTES)
        start = max(first - TIMES_BYTES, 0)
        end = min(first + length + TIMES_BYTES, self.representation.complete_length)
        part = b""
        while start + len(part) < end:
            part += await self._source.read(start + len(part), end - start - len(part))
        return shifted_part(part, self._offset_ms)[first - start : first - start + length]
