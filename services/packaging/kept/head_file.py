"""The new head of an MP4 film as a file of the cache: its bytes, and behind them what of the film follows.

Tested by tests/services/packaging/faststart/test_head.py.
"""

import struct
from collections.abc import Iterable, Iterator

from services.http.ranges import ByteRange
from services.packaging.faststart.head import FilmHead
from services.packaging.faststart.new_movie import Piece
from services.packaging.film_index import NotPackaged
from services.packaging.kept.not_packaged import MOST_BYTES as REFUSAL_BYTES
from services.packaging.kept.not_packaged import refused
from services.packaging.kept.stored_index import DamagedIndex
from services.packaging.reading import Reading

_MAGIC = b"filmhead"
_FOOT = struct.Struct("=8sQQQQ")  # magic, and the numbers of FilmHead


def head_file(head: FilmHead, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The file in pieces."""
    yield from pieces
    yield _FOOT.pack(_MAGIC, head.head_bytes, head.front, head.first, head.stop)


def read_head_file(length: int, film_bytes: int) -> Reading[FilmHead]:
    """What a file of ``length`` bytes tells of a film of ``film_bytes``. Raises NotPackaged if it says that the film is
    best as it is, and DamagedIndex if it is no such file."""
    reason = refused((yield ByteRange(0, min(length, REFUSAL_BYTES) - 1)))
    if reason is not None:
        raise NotPackaged(reason)
    if length < _FOOT.size:
        raise DamagedIndex("the head is too short")
    foot = yield ByteRange(length - _FOOT.size, length - 1)
    if len(foot) < _FOOT.size:
        raise DamagedIndex("the head ends early")
    magic, *numbers = _FOOT.unpack(foot)
    head = FilmHead(*numbers)
    if magic != _MAGIC or head.head_bytes != length - _FOOT.size:
        raise DamagedIndex("the head has another form, or is not whole")
    if not head.front <= head.first < head.stop <= film_bytes:
        raise DamagedIndex("the head is of another film")
    return head
