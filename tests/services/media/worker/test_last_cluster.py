"""Where Matroska ends: clusters that are whole, cut off, misleading, or made to take long."""

import io
import random
import time

import pytest

from services.media.worker.last_cluster import last_cluster_end_s

SEGMENT = bytes.fromhex("18538067 01ffffffffffffff")  # of unknown size
CLUSTER = bytes.fromhex("1f43b675")
UNKNOWN = b"\xff"


def element(name: str, content: bytes) -> bytes:
    return bytes.fromhex(name) + (len(content) | 1 << 28).to_bytes(4) + content


def number(name: str, value: int) -> bytes:
    return element(name, value.to_bytes(8))


def info(tick_ns: int) -> bytes:
    return element("1549a966", number("2ad7b1", tick_ns))


def tracks(**frame_ns: int) -> bytes:
    entries = (number("d7", int(name[1:])) + number("23e383", ns) for name, ns in frame_ns.items())
    return element("1654ae6b", b"".join(element("ae", entry) for entry in entries))


def simple(ticks: int, track: int = 1, lacing: bytes = b"\0") -> bytes:
    return element("a3", bytes([0x80 | track]) + ticks.to_bytes(2, signed=True) + lacing + b"frame")


def group(ticks: int, duration: int) -> bytes:
    block = element("a1", b"\x81" + ticks.to_bytes(2, signed=True) + b"\0frame")
    return element("a0", block + number("9b", duration))


def cluster(ticks: int, *blocks: bytes, sized: bool = True) -> bytes:
    content = number("e7", ticks) + b"".join(blocks)
    return element("1f43b675", content) if sized else CLUSTER + UNKNOWN + content


def end_s(*parts: bytes) -> float | None:
    return last_cluster_end_s(io.BytesIO(SEGMENT + b"".join(parts)))


@pytest.mark.parametrize(
    ("parts", "seconds"),
    [
        ([cluster(5000, simple(0), simple(40))], 5.04),
        ([cluster(5000, simple(40), simple(-40))], 5.04),
        ([cluster(1000, simple(0)), cluster(5000, simple(0), sized=False)], 5.0),
        ([cluster(5000, simple(0), sized=False), element("1c53bb6b", b"cues"), simple(9)], 5.0),
        ([cluster(5000, group(0, 3000), simple(40))], 8.0),
        ([info(1_000_000_000), cluster(60, simple(1))], 61.0),
        ([tracks(t1=40_000_000, t2=20_000_000), cluster(5000, simple(0, track=2), simple(0))], 5.04),
        ([tracks(t1=20_000_000), cluster(5000, simple(0, lacing=b"\x06\x04"))], 5.1),
        ([cluster(5000, simple(0)), cluster(9000)], 5.0),
        ([cluster(5000, simple(0)), CLUSTER], 5.0),
        ([cluster(5000, simple(0)), cluster(9000, simple(0))[:-1]], 5.0),
        ([cluster(5000, simple(0), simple(40))[:-1]], 5.0),
        ([cluster(5000, simple(0)), b"\0" * 1_000_000], 5.0),
        ([cluster(5000, element("a3", b"\x81"))], 5.0),
        ([cluster(5000, element("a0", b""))], 5.0),
        ([b"\0" * 1_000_000], None),
        ([], None),
        ([CLUSTER * 100], None),
    ],
    ids=range(18),
)
def test_the_last_cluster_with_a_whole_block_tells_the_end(parts, seconds):
    assert end_s(*parts) == (None if seconds is None else pytest.approx(seconds))


def test_a_cluster_is_found_however_long_it_is():
    assert end_s(cluster(5000, simple(7)), b"\xec\x08" + (20 * 2**20).to_bytes(7) + bytes(20 * 2**20)) is not None


@pytest.mark.parametrize(
    "filling",
    [CLUSTER, CLUSTER + UNKNOWN, CLUSTER + UNKNOWN + b"\xe7\x81\x01", b"\xec\x80", b"\xa3\x80", b"\xa0\xff", b"\xff"],
    ids=lambda filling: filling.hex(),
)
def test_a_film_that_is_made_to_hold_us_up_does_not(filling):
    film = SEGMENT + CLUSTER + UNKNOWN + b"\xe7\x81\x01" + filling * (40 * 2**20 // len(filling))
    begun = time.process_time()
    last_cluster_end_s(io.BytesIO(film))
    assert time.process_time() - begun < 10


def test_no_bytes_raise_anything():
    source = random.Random(11)
    film = SEGMENT + info(1_000_000) + tracks(t1=40_000_000) + cluster(5000, simple(0), group(1, 2), sized=False) * 4
    for _ in range(5_000):
        damaged = bytearray(film)
        for _ in range(source.randrange(1, 8)):
            damaged[source.randrange(len(film))] = source.randrange(256)
        last_cluster_end_s(io.BytesIO(damaged[: source.randrange(len(film))]))
