"""A representation whose bytes are in memory."""

from dataclasses import dataclass

from services.http.representation import Representation


@dataclass(frozen=True, slots=True)
class MemorySource:
    content: bytes
    representation: Representation

    async def read(self, first: int, length: int) -> bytes:
        return self.content[first : first + length]
