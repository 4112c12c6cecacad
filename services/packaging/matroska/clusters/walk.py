"""A walk along the blocks in a Matroska film's clusters, which reads the heads of blocks only (RFC 9559 §5.1.3).

Elements of all levels are read in the order in which they lie in the film, so nothing is nested, and a cluster of
unknown size needs nothing of its own: it ends where an element of the level above begins (RFC 8794 §6.2).

Tested by tests/services/packaging/matroska/clusters/test_blocks.py.
"""

from collections.abc import Collection
from typing import NamedTuple

from services.http.ranges import ByteRange
from services.packaging.film_index import NotPackaged
from services.packaging.matroska.clusters.lacing import laced_sizes
from services.packaging.matroska.ebml import Element, element_at, variable_size

CHUNK_BYTES = 64 * 1024
_FIRST_BYTES = 256  # of a cluster of which only the time is needed: it comes first (§5.1.3.1)
_CHUNK_BUDGET = 400  # elements, or four times as many laced frames: 2 ms of work

_CLUSTER, _TIMESTAMP, _SIMPLE_BLOCK = 0x1F43B675, 0xE7, 0xA3
_BLOCK_GROUP, _BLOCK, _BLOCK_DURATION, _REFERENCE_BLOCK = 0xA0, 0xA1, 0x9B, 0xFB
_TOP_LEVEL = 0x10000000  # IDs of four octets: such an element is not part of a cluster
_KEY_FLAG, _LACING_FLAGS = 0x80, 0x06


class Block(NamedTuple):
    """A block (§10). Its frames, of ``sizes`` bytes, lie one after another from ``position`` in the film on. ``ticks``
    is when the first is presented, and ``duration`` that of all, in ticks. The block, or its group, begins at the
    position ``head``, which is ``relative`` bytes behind the head of the cluster that begins at ``cluster``."""

    track: int
    ticks: int
    is_key: bool
    position: int
    sizes: tuple[int, ...]
    duration: int | None
    head: int
    relative: int
    cluster: int


class Walk:
    """A walk from the head of a cluster on. The range ``wanted`` is asked for, and its bytes are given to ``take``,
    until the walk has ``ended``."""

    def __init__(
        self, cluster: int, stop: int, tracks: Collection[int], relative: int = 0, most_elements: int = 1_000_000
    ) -> None:
        """Blocks of other ``tracks`` are passed over, and so are those in the first ``relative`` bytes of the first
        cluster's content. What reaches beyond the position ``stop`` is not read."""
        self.ended = cluster >= stop
        self._position = cluster
        self._stop = stop
        self._tracks = frozenset(tracks)
        self._relative = relative
        self._cluster = cluster
        self._content = 0  # where the content of the cluster begins
        self._cluster_ticks: int | None = None
        self._group_stop: int | None = None
        self._group_block: Block | None = None
        self._group_head = 0
        self._elements_left = most_elements
        self._budget = 0

    def wanted(self) -> ByteRange:
        """The bytes to read next. Bounded; the film may end within."""
        size = _FIRST_BYTES if self._relative > CHUNK_BYTES else CHUNK_BYTES
        return ByteRange(self._position, min(self._position + size, self._stop) - 1)

    def take(self, data: bytes) -> list[Block]:
        """The blocks whose heads are in ``data``, the bytes that were wanted. Damage ends the walk. Raises NotPackaged
        if there are too many elements."""
        blocks: list[Block] = []
        base = self._position
        self._budget = _CHUNK_BUDGET
        while self._budget > 0:
            self._budget -= 1
            self._leave_group(blocks)
            if self._position >= min(base + len(data), self._stop):
                self.ended = self._position >= self._stop or not data
                return blocks
            try:
                is_read = self._read(data, base, blocks)
            except NotPackaged:
                self.ended = True
                return blocks
            if not is_read:
                self.ended = self.ended or self._position == base
                return blocks
        self._elements_left -= _CHUNK_BUDGET
        if self._elements_left < 0:
            raise NotPackaged("there are too many elements in the film's clusters")
        return blocks

    def _leave_group(self, blocks: list[Block]) -> None:
        """A block of a group is told when all of the group was read, since what is behind it tells if it is a key."""
        if self._group_stop is None or self._position < self._group_stop:
            return
        if self._group_block is not None:
            blocks.append(self._group_block)
        self._group_stop = self._group_block = None

    def _read(self, data: bytes, base: int, blocks: list[Block]) -> bool:
        """Reads the element at the position. False: its head goes on behind ``data``, or the walk has ended."""
        element = element_at(data, self._position - base)
        if element is None:
            return False
        name, start, stop = element
        if name == _CLUSTER:
            self._cluster, self._cluster_ticks = self._position, None
            self._position = base + start
            self._content = self._position
            return True
        if stop is None or base + stop > self._stop:
            self.ended = True
            return False
        if name == _BLOCK_GROUP:
            self._group_stop, self._group_block, self._group_head = base + stop, None, self._position
            self._position = base + start
            return True
        if name in (_SIMPLE_BLOCK, _BLOCK):
            is_read = self._read_block(data, base, element, blocks)
        else:
            is_read = self._read_field(data, name, start, stop)
        if is_read:
            self._position = base + stop
            if self._relative and self._cluster_ticks is not None:
                self._position, self._relative = max(self._position, self._content + self._relative), 0
        return is_read

    def _read_field(self, data: bytes, name: int, start: int, stop: int) -> bool:
        if name == _REFERENCE_BLOCK and self._group_block is not None:
            self._group_block = self._group_block._replace(is_key=False)
        elif name in (_TIMESTAMP, _BLOCK_DURATION):
            if stop > len(data):
                return False
            number = int.from_bytes(data[start : min(stop, start + 8)])
            if name == _TIMESTAMP:
                self._cluster_ticks = number
            elif self._group_block is not None:
                self._group_block = self._group_block._replace(duration=number)
        return True

    def _read_block(self, data: bytes, base: int, element: Element, blocks: list[Block]) -> bool:
        """§10.1, §10.2: the track, 16 bits of ticks since the cluster's time, 8 bits of flags, the frames."""
        _, start, stop = element
        if start >= len(data):
            return False
        track, start = variable_size(data, start)
        payload = start + 3
        if payload > len(data):
            return False
        if track not in self._tracks or self._cluster_ticks is None or stop is None or payload >= stop:
            return True
        flags = data[start + 2]
        lacing = flags & _LACING_FLAGS
        sizes = laced_sizes(data, payload, stop, lacing) if lacing else (stop - payload,)
        if sizes is None:
            return False
        self._budget -= len(sizes) // 4
        head = self._position if self._group_stop is None else self._group_head
        block = Block(
            track=track,
            ticks=self._cluster_ticks + int.from_bytes(data[start : start + 2], signed=True),
            is_key=self._group_stop is not None or bool(flags & _KEY_FLAG),
            position=base + stop - sum(sizes),
            sizes=sizes,
            duration=None,
            head=head,
            relative=head - self._content,
            cluster=self._cluster,
        )
        if self._group_stop is None:
            blocks.append(block)
        else:
            self._group_block = block
        return True
