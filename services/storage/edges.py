"""The first and last bytes of films, which every player and probe reads before anything else, kept in memory."""

from collections import OrderedDict

EDGE_BYTES = 1024 * 1024  # at either end: the index of most films
MAX_BYTES = 16 * 1024 * 1024


class Edges:
    """Chunks by the version that they are of and the position at which they were read: players read by the
    same steps, so the next one asks for the very same."""

    def __init__(self, most_bytes: int = MAX_BYTES) -> None:
        self._chunks: OrderedDict[tuple[object, int], bytes] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0

    def chunk(self, version: object, first: int) -> bytes | None:
        chunk = self._chunks.get((version, first))
        if chunk is not None:
            self._chunks.move_to_end((version, first))
        return chunk

    def keep(self, version: object, first: int, chunk: bytes) -> None:
        """The least used make room."""
        self._bytes += len(chunk) - len(self._chunks.get((version, first), b""))
        self._chunks[version, first] = chunk
        self._chunks.move_to_end((version, first))
        while self._bytes > self._most_bytes:
            self._bytes -= len(self._chunks.popitem(last=False)[1])


def is_at_edge(first: int, length: int, complete_length: int) -> bool:
    return first < EDGE_BYTES or first + length > complete_length - EDGE_BYTES
