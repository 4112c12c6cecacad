"""Values that were asked for lately, up to a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Keeps at most ``most_bytes``; the value that was not asked for longest goes first. The newest always stays."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self.bytes = 0

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def get(self, key: Key) -> Value | None:
        """The value, which now goes last. None: it is not kept, or no more."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key][0]

    def keep(self, key: Key, value: Value, value_bytes: int) -> None:
        """``value_bytes``: about how much memory the value takes."""
        self.forget(key)
        self._values[key] = value, value_bytes
        self.bytes += value_bytes
        while self.bytes > self._most_bytes and len(self._values) > 1:
            self.forget(next(iter(self._values)))

    def forget(self, key: Key) -> None:
        """Does nothing where the key is not kept."""
        _, freed_bytes = self._values.pop(key, (None, 0))
        self.bytes -= freed_bytes
