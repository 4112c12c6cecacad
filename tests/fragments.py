"""What a player finds in the fragments of a segment (ISO/IEC 14496-12 §8.8), for tests."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.http.ranges import ByteRange
from tests.boxes import boxes, walk


@dataclass(frozen=True)
class PlayedSample:
    decode_time: int
    duration: int
    offset: int
    is_sync: bool
    data: bytes


def joined(parts: Iterable[bytes | ByteRange], film: bytes) -> bytes:
    """The segment as a player gets it."""
    return b"".join(part if isinstance(part, bytes) else film[part.first : part.last + 1] for part in parts)


def played(segment: bytes) -> list[list[PlayedSample]]:
    """The samples of each fragment, in decode order."""
    tops = [(path, position, content) for path, position, content in walk(segment) if path in ("moof", "mdat")]
    assert [path for path, _, _ in tops] == ["moof", "mdat"] * (len(tops) // 2)
    return [list(_samples(segment, tops[at], tops[at + 1])) for at in range(0, len(tops), 2)]


def sequence_numbers(segment: bytes) -> list[int]:
    return [struct.unpack(">4xI", content)[0] for content in boxes(segment, "moof/mfhd")]


def _samples(segment: bytes, moof: tuple[str, int, bytes], mdat: tuple[str, int, bytes]) -> Iterator[PlayedSample]:
    """§8.8.7, §8.8.8, §8.8.12."""
    (traf,) = boxes(moof[2], "traf")
    (header,) = boxes(traf, "tfhd")
    (start,) = boxes(traf, "tfdt")
    default_duration, default_size, default_flags = _defaults(header)
    assert start[0] == 1
    decode_time = struct.unpack(">4xQ", start)[0]
    for run in boxes(traf, "trun"):
        flags, count, data_offset = int.from_bytes(run[1:4], "big"), *struct.unpack(">Ii", run[4:12])
        assert run[0] == 0
        assert flags & ~0xF05 == 0
        words = iter(struct.unpack(f">{(len(run) - 12) // 4}I", run[12:]))
        first_flags = next(words) if flags & 4 else None
        position = moof[1] + data_offset
        for number in range(count):
            duration = next(words) if flags & 0x100 else default_duration
            size = next(words) if flags & 0x200 else default_size
            sample_flags = next(words) if flags & 0x400 else default_flags
            offset = next(words) if flags & 0x800 else 0
            if number == 0 and first_flags is not None:
                sample_flags = first_flags
            assert mdat[1] + 8 <= position <= position + size <= mdat[1] + 8 + len(mdat[2])
            is_sync = {0x02000000: True, 0x01010000: False}[sample_flags]
            yield PlayedSample(decode_time, duration, offset, is_sync, segment[position : position + size])
            decode_time += duration
            position += size
        assert not list(words)


def _defaults(header: bytes) -> tuple[int | None, int | None, int | None]:
    """Duration, size and flags of "tfhd"; None where it has none."""
    flags = int.from_bytes(header[1:4], "big")
    assert flags & ~0x38 == 0x020000
    words = iter(struct.unpack(f">{(len(header) - 8) // 4}I", header[8:]))
    duration, size, sample_flags = (next(words) if flags & bit else None for bit in (0x08, 0x10, 0x20))
    assert not list(words)
    return duration, size, sample_flags
