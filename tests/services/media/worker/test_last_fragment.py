"""Where MP4 in fragments ends: fragments that are whole, cut off, misleading, or made to take long."""

import io
import random
import struct
import time

import pytest

from services.media.worker.last_fragment import last_fragment_end_s


def box(kind: str, *content: bytes) -> bytes:
    joined = b"".join(content)
    return struct.pack(">I4s", len(joined) + 8, kind.encode()) + joined


def track(number: int, timescale: int) -> bytes:
    header = box("tkhd", bytes(12), struct.pack(">I", number), bytes(64))
    return box("trak", header, box("mdia", box("mdhd", bytes(12), struct.pack(">II", timescale, 0))))


def movie(*tracks: bytes, defaults: dict[int, tuple[int, int]]) -> bytes:
    extends = (box("trex", struct.pack(">6I", 0, number, 1, *each, 0)) for number, each in defaults.items())
    return box("ftyp", b"isom") + box("moov", *tracks, box("mvex", *extends))


def tfdt(ticks: int) -> bytes:
    return box("tfdt", struct.pack(">IQ", 1 << 24, ticks)) if ticks >> 32 else box("tfdt", struct.pack(">II", 0, ticks))


def traf(number: int, *parts: bytes, flags: int = 0, fields: bytes = b"") -> bytes:
    return box("traf", box("tfhd", struct.pack(">II", flags, number), fields), *parts)


def trun(count: int, *entries: int, flags: int = 0) -> bytes:
    return box("trun", struct.pack(">II", flags, count), struct.pack(f">{len(entries)}I", *entries))


def fragment(*trafs: bytes) -> bytes:
    return box("moof", box("mfhd", bytes(8)), *trafs)


VIDEO = movie(track(1, 1000), defaults={1: (40, 100)})
TWO = movie(track(1, 1000), track(2, 48_000), defaults={1: (40, 100), 2: (1024, 10)})


def end_s(*parts: bytes) -> float | None:
    return last_fragment_end_s(io.BytesIO(b"".join(parts)))


LAST = fragment(traf(1, tfdt(5000), trun(3)))


@pytest.mark.parametrize(
    ("parts", "seconds"),
    [
        ([VIDEO, LAST, box("mdat", bytes(300))], 5.12),
        ([VIDEO, fragment(traf(1, tfdt(5000), trun(2, 100, 300, flags=0x100)))], 5.4),
        ([VIDEO, fragment(traf(1, tfdt(5000), trun(2), flags=0x8, fields=struct.pack(">I", 500)))], 6.0),
        ([VIDEO, fragment(traf(1, tfdt(2**33), trun(0)))], 2**33 / 1000),
        ([VIDEO, fragment(traf(1, tfdt(5000), trun(1), trun(2)))], 5.12),
        ([TWO, fragment(traf(2, tfdt(480_000), trun(1))), fragment(traf(1, tfdt(9000), trun(1)))], 10 + 1024 / 48_000),
        ([TWO, fragment(traf(1, tfdt(5000), trun(1)), traf(2, tfdt(480_000), trun(0)))], 10.0),
        ([VIDEO, LAST, fragment(traf(1, tfdt(9000), trun(3)))[:-1]], 5.12),
        ([VIDEO, LAST, fragment(traf(7, tfdt(9000), trun(3)))], 5.12),
        ([VIDEO, LAST, fragment(traf(1, trun(3)))], 5.12),
        ([VIDEO, LAST, box("mdat", bytes(2_000_000), b"\0\0\0\x40moof", bytes(100))], 5.12),
        ([VIDEO, fragment(traf(1, trun(3)))], None),
        ([VIDEO], None),
        ([box("ftyp"), box("moov", track(1, 1000)), LAST], None),
        ([movie(track(1, 0), defaults={}), LAST], None),
        ([b""], None),
    ],
    ids=range(16),
)
def test_the_last_fragments_tell_the_end(parts, seconds):
    assert end_s(*parts) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("flags", "entries"),
    [(0x1, ()), (0x201, (100, 100, 100))],
    ids=["of the size of all", "each of its size"],
)
@pytest.mark.parametrize(("left", "seconds"), [(300, 5.12), (299, 5.08), (100, 5.04), (0, 5.0)])
def test_samples_that_were_cut_off_do_not_count(flags, entries, left, seconds):
    length = len(fragment(traf(1, tfdt(5000), trun(3, 0, *entries, flags=flags))))
    last = fragment(traf(1, tfdt(5000), trun(3, length + 8, *entries, flags=flags)))
    assert end_s(VIDEO, last, box("mdat", bytes(300))[: 8 + left]) == pytest.approx(seconds)


def _in_one(content: bytes) -> bytes:
    return VIDEO + fragment(content)


@pytest.mark.parametrize(
    "film",
    [
        _in_one(traf(1, tfdt(0), trun(2**32 - 1, *[1] * 2_000_000, flags=0x100))),
        _in_one(box("free") * 4_000_000),
        _in_one(traf(1) * 400_000),
        VIDEO + fragment(traf(1, tfdt(0))) * 300_000,
        VIDEO + b"".join(struct.pack(">I4sI4sII", 30 * 2**20, b"moof", 16, b"mfhd", 0, 0) for _ in range(1_300_000)),
        VIDEO + b"moof" * 8_000_000,
    ],
    ids=["samples", "boxes", "tracks", "fragments", "fragments in fragments", "names"],
)
def test_a_film_that_is_made_to_hold_us_up_does_not(film):
    begun = time.process_time()
    end_s(film)
    assert time.process_time() - begun < 10


def test_no_bytes_raise_anything():
    source = random.Random(11)
    film = TWO + fragment(traf(1, tfdt(5000), trun(3, 20, 1, 2, 3, flags=0x101)), traf(2, tfdt(2**40), trun(9))) * 3
    for _ in range(5_000):
        damaged = bytearray(film)
        for _ in range(source.randrange(1, 8)):
            damaged[source.randrange(len(film))] = source.randrange(256)
        end_s(bytes(damaged[: source.randrange(len(film))]))
