"""Damaged and hostile Matroska: a reason, or samples that lie in the film; never a crash, nor an endless walk."""

import random
from itertools import pairwise

import pytest

from services.http.ranges import ByteRange
from services.packaging.film_index import NotPackaged
from services.packaging.fmp4.fragments import segment_parts
from services.packaging.fmp4.initialisation import init_segment
from services.packaging.kept.stored_matroska import matroska_bytes, matroska_of
from services.packaging.matroska.clusters.blocks import read_segment
from services.packaging.matroska.index import read_matroska
from tests.matroska import audio_track, cluster, element, film, group, number, simple, video_track

MOST_ASKED = 300
OPUS = b"OpusHead\x01\x02" + bytes.fromhex("380180bb0000000000")


def clusters(start):
    """Two, one of unknown size: key frames, pictures that are reordered, and laces of each kind."""
    return [
        cluster(
            start,
            simple(1, 0, b"key", key=True),
            simple(2, 0, b"\x02\x03\x02aaabbc", lacing=2),
            group(1, 80, b"picture"),
            element("ec", bytes(9)),
            group(1, 40, b"picture", duration=40),
            simple(3, 0, b"\xfcopus"),
        ),
        cluster(
            start + 1000,
            simple(1, 0, b"picture"),
            simple(2, 64, b"\x01aabb", lacing=4),
            simple(2, 107, b"\x02\x83\xbfaaabbbc", lacing=6),
            simple(3, 20, b"\xfcopus"),
            sized=False,
        ),
    ]


FILMS = [
    film(
        [
            video_track(number("23e383", 40_000_000)),
            audio_track(),
            audio_track(number("56aa", 6_500_000), track=3, codec=b"A_OPUS", private=OPUS),
        ],
        [each for start in (0, 2500, 5000, 7500) for each in clusters(start)],
        [(0, 1, 0), (2500, 1, 2), (5000, 1, 4), (7500, 1, 6)],
        sized=sized,
    )
    for sized in (True, False)
]


def read(reading, content):
    """What is found. Each range that is asked for is one, and there are few."""
    try:
        asked = next(reading)
        for _ in range(MOST_ASKED):
            assert 0 <= asked.first <= asked.last
            assert len(asked) <= 8 * 2**20
            asked = reading.send(content[asked.first : asked.last + 1])
    except StopIteration as found:
        return found.value
    pytest.fail("it goes on and on")


def packaged(content):
    """All segments, held against the film. Raises NotPackaged."""
    found = read(read_matroska(len(content), len(content)), content)
    assert matroska_of(matroska_bytes(found)) == found
    for track in found.index.tracks:
        init_segment(found.index, track)
    for n in range(len(found.entries)):
        for track, samples in zip(found.index.tracks, read(read_segment(found, n), content), strict=True):
            if samples is None:
                continue
            assert sum(count for count, _ in samples.durations) == len(samples.sizes)
            assert sum(count for _, count in samples.runs) == len(samples.sizes)
            for part in segment_parts(track, samples, n):
                assert isinstance(part, bytes) or (isinstance(part, ByteRange) and part.last < len(content))
    return found


def damaged(content, chance):
    """``content`` with one to eight bytes set, put in, taken out or repeated."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at, other = chance.randrange(len(changed)), chance.randrange(len(changed))
        way = chance.randrange(5)
        if way < 2:
            changed[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif way == 2:
            changed[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif way == 3:
            del changed[at : at + chance.choice((1, 2, 8, 100))]
        else:
            changed[at:at] = changed[other : other + chance.choice((1, 8, 100, 500))]
    return bytes(changed)


@pytest.mark.parametrize("content", FILMS, ids=["of known sizes", "of unknown sizes"])
def test_the_film_that_is_damaged_here_is_whole(content):
    assert packaged(content).index.cuts == (0, 2.5, 5, 7.5)


@pytest.mark.parametrize("seed", range(4))
def test_damage_leads_to_a_reason_or_to_samples_in_the_film(seed):
    chance = random.Random(seed)
    outcomes = set()
    for _ in range(300):
        try:
            packaged(damaged(chance.choice(FILMS), chance))
            outcomes.add("packaged")
        except NotPackaged:
            outcomes.add("not packaged")
    assert outcomes == {"packaged", "not packaged"}


def test_a_film_that_ends_anywhere_leads_to_a_reason_or_to_samples_in_the_film():
    for end in range(0, len(FILMS[0]), 7):
        try:
            packaged(FILMS[0][:end])
        except NotPackaged:
            continue


@pytest.mark.parametrize(
    "blocks",
    [
        [bytes.fromhex("ec80")] * 100_000,
        [bytes.fromhex("a080")] * 100_000,
        [bytes.fromhex("a385810000 80 41")] * 40_000,
        [element("a3", b"\x81\0\0\x06\xff\x81" + 254 * b"\xbf" + bytes(600))] * 300,
    ],
    ids=["nothing", "empty groups", "tiny frames", "large laces"],
)
def test_a_step_takes_little_of_what_was_read(blocks):
    """So that none takes long: each range that is asked for begins at most 400 elements behind the one before."""
    content = film([video_track()], [cluster(0, simple(1, 0, key=True), *blocks)], [(0, 1, 0)])
    reading = read_matroska(len(content))
    positions = []
    with pytest.raises((StopIteration, NotPackaged)):
        asked = next(reading)
        while True:
            positions.append(asked.first)
            asked = reading.send(content[asked.first : asked.last + 1])
    size = len(blocks[0])
    steps = [later - sooner for sooner, later in pairwise(positions)]
    assert max(steps) <= max(401 * size, 3000)
