"""The sample tables of a track in an MP4 or QuickTime film: "stbl" (ISO/IEC 14496-12 §8.5 to §8.7)."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain, repeat
from operator import lt, sub

from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import child, fields, numbers, required, table
from services.packaging.mp4.samples.chunks import read_chunks, samples_within, split_chunks
from services.packaging.mp4.samples.sample_table import DecodeTimes, Runs, SampleTable

_LONGEST_DURATION = 2**31 - 1  # ticks of a sample; what is more was meant to be negative


def sample_count(stbl: memoryview) -> int:
    """As many samples as the tables tell of."""
    sizes = child(stbl, b"stz2")
    return fields(required(stbl, b"stsz") if sizes is None else sizes, "I", 8)[0]


def read_tables(stbl: memoryview, film_bytes: int) -> SampleTable:
    """The samples up to the first that the tables do not tell all of, or that ends behind the film's last byte. There
    are ``sample_count`` at most. Raises NotPackaged if the tables contradict each other."""
    sizes = _sizes(stbl)
    durations = Runs(*_pairs(required(stbl, b"stts")))
    if max(durations.values, default=0) > _LONGEST_DURATION:
        raise NotPackaged("a sample with a negative duration")
    chunks = read_chunks(stbl)
    count = min(len(sizes), len(durations), chunks.ends[-1] if chunks.ends else 0)
    del sizes[count:]
    del sizes[samples_within(film_bytes, chunks, sizes) :]
    offsets, keys = _offsets(stbl, len(sizes)), _keys(stbl, len(sizes))
    return SampleTable(sizes, DecodeTimes(durations), split_chunks(chunks, sizes), offsets, keys)


def _sizes(stbl: memoryview) -> "array[int]":
    """§8.7.3."""
    compact = child(stbl, b"stz2")
    if compact is not None:
        return _compact_sizes(compact)
    stsz = required(stbl, b"stsz")
    size, count = fields(stsz, "II", 4)
    if not size:
        return numbers(stsz, "I", count, 12)
    return array("I", (size,)) * count


def _compact_sizes(stz2: memoryview) -> "array[int]":
    bits, count = fields(stz2, "3xBI", 4)
    if bits == 4:
        pairs = numbers(stz2, "B", (count + 1) // 2, 12)
        return array("I", chain.from_iterable((pair >> 4, pair & 15) for pair in pairs))[:count]
    if bits not in (8, 16):
        raise NotPackaged(f"sizes of {bits} bits")
    return array("I", numbers(stz2, "B" if bits == 8 else "H", count, 12))


def _offsets(stbl: memoryview, count: int) -> Runs | None:
    """§8.6.1.3. Read with their sign in version 0, too, as QuickTime has it there. None: all are 0."""
    ctts = child(stbl, b"ctts")
    if ctts is None:
        return None
    counts, unsigned = _pairs(ctts)
    values = array("i", unsigned.tobytes())
    missing = count - sum(counts)
    if missing > 0:
        counts.append(missing)
        values.append(0)
    return Runs(counts, values) if any(values) else None


def _keys(stbl: memoryview, count: int) -> Sequence[int] | None:
    """§8.6.2. None: each sample is one."""
    stss = child(stbl, b"stss")
    if stss is None:
        return None
    listed = table(stss, "I")
    if not all(map(lt, chain((0,), listed), listed)):
        raise NotPackaged("sync samples out of order")
    del listed[bisect_right(listed, count) :]
    return array("I", map(sub, listed, repeat(1))) if len(listed) < count else None


def _pairs(content: memoryview) -> "tuple[array[int], array[int]]":
    """How many samples have a value, and the value, for each entry of a table of such pairs."""
    entries = table(content, "I", columns=2)
    return entries[0::2], entries[1::2]
