"""Where the samples of an MP4 track lie: "stsc", and "stco" or "co64" (ISO/IEC 14496-12 §8.7.4, §8.7.5).

Tested by tests/services/packaging/mp4/samples/test_tables.py.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, compress, pairwise, repeat
from operator import mul

from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import child, required, table
from services.packaging.mp4.samples.sample_table import MOST_SAMPLES, Chunks

_LARGEST_CHUNK = 1024  # samples; to find one of them, the sizes of those before it in its chunk are added up


def description_number(stbl: memoryview) -> int:
    """Which of the entries of "stsd" describes the samples, from 1. Raises NotPackaged if several do."""
    descriptions = set(_spans(stbl)[2::3])
    if len(descriptions) > 1:
        raise NotPackaged("samples with several descriptions")
    return descriptions.pop() if descriptions else 1


def read_chunks(stbl: memoryview) -> Chunks:
    """Raises NotPackaged if the tables contradict each other."""
    positions, per_chunk, spans = _counted(stbl)
    if not positions:
        return Chunks((), (), 0)
    if sum(map(mul, spans, per_chunk)) > MOST_SAMPLES:
        raise NotPackaged("more samples than a film has")
    counts = chain.from_iterable(map(repeat, per_chunk, spans))
    return Chunks(array("I", accumulate(counts)), positions, max(per_chunk))


def chunk_counts(stbl: memoryview) -> Iterator[tuple[int, int]]:
    """The position of each chunk, and the number of its samples. Raises NotPackaged as ``read_chunks`` does."""
    positions, per_chunk, spans = _counted(stbl)
    return zip(positions, chain.from_iterable(map(repeat, per_chunk, spans)), strict=False)


def _counted(stbl: memoryview) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """The positions of the chunks, and how many samples each of how many chunks in turn has."""
    positions = _positions(stbl)
    entries = _spans(stbl)
    firsts, per_chunk = entries[0::3], entries[1::3]
    if not positions or not entries:
        return (), (), ()
    if firsts[0] != 1 or any(later <= earlier for earlier, later in pairwise(firsts)) or 0 in per_chunk:
        raise NotPackaged("chunks out of order")
    edges = [min(first, len(positions) + 1) for first in (*firsts, len(positions) + 1)]
    return positions, per_chunk, [stop - first for first, stop in pairwise(edges)]


def samples_within(film_bytes: int, chunks: Chunks, sizes: Sequence[int]) -> int:
    """How many samples there are before the first that ends behind the film's last byte, as in films that were cut."""
    if not sizes:
        return 0
    safe = film_bytes - chunks.largest * max(sizes)
    for chunk in compress(range(len(chunks.ends)), map(safe.__lt__, chunks.positions)):
        first = chunks.ends[chunk - 1] if chunk else 0
        ends = accumulate(sizes[first : chunks.ends[chunk]], initial=chunks.positions[chunk])
        within = sum(1 for end in ends if end <= film_bytes) - 1
        if first + max(within, 0) < min(chunks.ends[chunk], len(sizes)):
            return first + max(within, 0)
    return len(sizes)


def split_chunks(chunks: Chunks, sizes: Sequence[int]) -> Chunks:
    """``chunks`` in parts of few samples each, up to the last of ``sizes``."""
    if chunks.largest <= _LARGEST_CHUNK:
        return chunks
    ends, positions = array("I"), array("Q")
    for first, stop, position in zip(chain((0,), chunks.ends), chunks.ends, chunks.positions, strict=False):
        begins = position
        for part in range(first, min(stop, len(sizes)), _LARGEST_CHUNK):
            ends.append(min(part + _LARGEST_CHUNK, stop))
            positions.append(begins)
            begins += sum(sizes[part : part + _LARGEST_CHUNK])
    return Chunks(ends, positions, _LARGEST_CHUNK)


def _spans(stbl: memoryview) -> "array[int]":
    """For chunks from a number on: that number, how many samples each has, and their description."""
    return table(required(stbl, b"stsc"), "I", columns=3)


def _positions(stbl: memoryview) -> Sequence[int]:
    wide = child(stbl, b"co64")
    if wide is not None:
        return table(wide, "Q")
    return table(required(stbl, b"stco"), "I")
