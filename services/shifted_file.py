"""WebVTT with all cues later by an offset, shifted part by part while the file is read.

``webvtt`` writes all times with hours, so a shifted time is as long as before and every byte keeps its position. So no
offset takes memory or disk. What is shifted is not gzipped.
"""

import asyncio
from dataclasses import replace
from hashlib import blake2b

from services.http.representation import EntityTag
from services.media.text.webvtt import TIMES_BYTES, shifted_part
from services.storage.source import FilelessSource, Source

_TURN_BYTES = 8 * 1024  # the most that one read shifts: some 130 cues, a millisecond on the event loop


class ShiftedFile(FilelessSource):
    """The WebVTT of ``source`` as a Source, each cue later by ``offset_ms`` (earlier where it is negative). The entity
    tag follows from the source's tag and the offset."""

    def __init__(self, source: Source, offset_ms: int) -> None:
        told = source.representation
        tag = blake2b(f"{told.entity_tag} {offset_ms}".encode("ascii"), digest_size=12).hexdigest()
        self.representation = replace(told, entity_tag=EntityTag(tag), vary=None)
        self._source = source
        self._offset_ms = offset_ms

    async def require_unchanged(self) -> None:
        await self._source.require_unchanged()

    def give_back(self, first: int, rest: bytes) -> bool:
        return False

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        """At most ``_TURN_BYTES``, since shifting takes time on the event loop. Lets other tasks run first."""
        await asyncio.sleep(0)
        length = min(length, _TURN_BYTES)
        start = max(first - TIMES_BYTES, 0)
        end = min(first + length + TIMES_BYTES, self.representation.complete_length)
        part = b""
        while start + len(part) < end:
            part += await self._source.read(start + len(part), end - start - len(part))
        return shifted_part(part, self._offset_ms)[first - start : first - start + length]
