"""What each address holds of something limited, and which address holds most.

Tested by tests/services/admission/test_places.py.
"""

from typing import Generic, TypeVar

_Thing = TypeVar("_Thing")


class Holders(Generic[_Thing]):
    """Things by the address that holds them. Every method takes constant time, however many there are."""

    def __init__(self) -> None:
        self._held: dict[str, dict[_Thing, None]] = {}  # by address; the longest held first
        self._by_count: list[dict[str, None]] = [{}]  # at index n the addresses that hold n things

    def count(self, address: str) -> int:
        """How many things this address holds."""
        return len(self._held.get(address, ()))

    def most(self) -> dict[_Thing, None]:
        """The things of the address that holds most, the longest held first. Empty: nobody holds anything."""
        while len(self._by_count) > 1 and not self._by_count[-1]:
            del self._by_count[-1]
        address = next(iter(self._by_count[-1]), "")
        return self._held.get(address, {})

    def add(self, address: str, thing: _Thing) -> None:
        held = self._held.setdefault(address, {})
        self._by_count[len(held)].pop(address, None)
        held[thing] = None
        if len(held) == len(self._by_count):
            self._by_count.append({})
        self._by_count[len(held)][address] = None

    def remove(self, address: str, thing: _Thing) -> None:
        held = self._held[address]
        del self._by_count[len(held)][address]
        del held[thing]
        if held:
            self._by_count[len(held)][address] = None
        else:
            del self._held[address]
