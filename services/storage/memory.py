"""A representation whose bytes are in memory."""

from dataclasses import dataclass

from services.http.representation import Representation


@dataclass(frozen=True, slots=True)
class MemorySource:
    content: bytes
    representation: Representation

    descriptor = -1

    async def bring_in(self, first: int, length: int) -> bool:
        return False

    def give_back(self, first: int, rest: bytes) -> bool:
        return False

    def require_unchanged(self) -> None:
        pass

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        return self.content[first : first + length]
