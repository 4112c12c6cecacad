"""Fragments tell of samples in many ways."""

import struct
from array import array

import pytest

from services.packaging.film_index import NotPackaged, Samples
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.mp4.samples.growing_track import GrowingTrack
from services.packaging.mp4.samples.moof import Defaults, read_fragment, track_defaults

FILM_BYTES = 2**40
KEY, NO_KEY = 0x02000000, 0x01010000
USUAL = Defaults(description=1, duration=100, size=10, flags=NO_KEY)
BASE_IS_FRAGMENT = 0x20000


def traf(
    *runs: bytes, track: int = 1, flags: int = BASE_IS_FRAGMENT, header: bytes = b"", time: int | None = None
) -> bytes:
    tfhd = new_full_box(b"tfhd", 0, flags, struct.pack(">I", track), header)
    tfdt = b"" if time is None else new_full_box(b"tfdt", 0, 0, struct.pack(">I", time))
    return new_box(b"traf", tfhd, tfdt, *runs)


def run(count: int, *numbers: int, flags: int = 0) -> bytes:
    return new_full_box(b"trun", 0, flags, struct.pack(f">I{len(numbers)}i", count, *numbers))


def fragment(*trafs: bytes) -> memoryview:
    return memoryview(new_full_box(b"mfhd", 0, 0, bytes(4)) + b"".join(trafs))


def read(*fragments: tuple[int, memoryview], tracks: tuple[int, ...] = (1,)) -> list[Samples]:
    """The samples of each track, from the fragments at positions of the film."""
    growing = {number: GrowingTrack() for number in tracks}
    for position, content in fragments:
        read_fragment(content, position, growing, dict.fromkeys((1, 2), USUAL))
    tables = [track.table(FILM_BYTES) for track in growing.values()]
    return [table.samples(0, len(table), least_offset=0) for table in tables]


def test_samples_are_as_usual_where_nothing_else_is_said():
    (samples,) = read((5000, fragment(traf(run(3, 80, flags=0x1)))))
    assert samples == Samples(0, ((5080, 3),), array("I", (10, 10, 10)), ((3, 100),), (), ())


def test_a_fragment_has_its_own_defaults():
    header = struct.pack(">III", 7, 70, KEY)
    (samples,) = read((5000, fragment(traf(run(2, 80, flags=0x1), flags=BASE_IS_FRAGMENT | 0x38, header=header))))
    assert samples == Samples(0, ((5080, 2),), array("I", (70, 70)), ((2, 7),), (), None)


def test_samples_have_their_own_values():
    rows = (100, 11, KEY, 200, 200, 12, NO_KEY, -100)
    (samples,) = read((5000, fragment(traf(run(2, 80, *rows, flags=0xF01)))))
    assert samples == Samples(0, ((5080, 2),), array("I", (11, 12)), ((1, 100), (1, 200)), ((1, 200), (1, -100)), (0,))


def test_the_first_sample_may_have_flags_of_its_own():
    (samples,) = read((5000, fragment(traf(run(3, 80, KEY, flags=0x5)))))
    assert samples.keys == (0,)


@pytest.mark.parametrize(
    ("trafs", "position"),
    [
        ([traf(run(1, 80, flags=0x1))], 5080),
        ([traf(run(1), flags=0)], 5000),
        ([traf(run(1, 80, flags=0x1), flags=0x1, header=struct.pack(">Q", 2**33))], 2**33 + 80),
        ([traf(run(2, 80, flags=0x1), track=2, flags=0), traf(run(1), flags=0)], 5100),
        ([traf(run(2, 80, flags=0x1), track=2), traf(run(1, 7, flags=0x1))], 5007),
    ],
    ids=["of the fragment", "none", "anywhere", "of the track before", "of the fragment, behind another track"],
)
def test_positions_count_from_a_base(trafs, position):
    (samples,) = read((5000, fragment(*trafs)))
    assert samples.runs == ((position, 1),)


def test_a_run_without_a_position_follows_the_one_before():
    (samples,) = read((5000, fragment(traf(run(2, 80, flags=0x1), run(3), run(1, 500, flags=0x1)))))
    assert samples.runs == ((5080, 5), (5500, 1))


def test_fragments_follow_each_other():
    (samples,) = read((5000, fragment(traf(run(2, 80, flags=0x1)))), (9000, fragment(traf(run(1, 80, flags=0x1)))))
    assert (samples.runs, samples.durations) == (((5080, 2), (9080, 1)), ((3, 100),))


@pytest.mark.parametrize(
    ("time", "durations"),
    [(1200, ((3, 100),)), (1250, ((1, 100), (1, 150), (1, 100))), (1150, ((1, 100), (1, 50), (1, 100)))],
    ids=["at once", "after a gap", "before the last one ended"],
)
def test_a_sample_lasts_until_the_next_fragment_begins(time, durations):
    one, two = fragment(traf(run(2, flags=0), time=1000)), fragment(traf(run(1, flags=0), time=time))
    (samples,) = read((5000, one), (9000, two))
    assert samples.durations == durations


def test_tracks_that_are_not_wanted_are_passed_over():
    first, third = read((5000, fragment(traf(run(1)), traf(run(2), track=2), traf(run(3), track=3))), tracks=(1, 3))
    assert (len(first.sizes), len(third.sizes)) == (1, 3)


@pytest.mark.parametrize(
    "content",
    [
        fragment(traf(run(2), time=1000), traf(run(1), time=1000)),
        fragment(traf(run(1, -6000, flags=0x1))),
        fragment(traf(run(1, -1, flags=0x100))),
        fragment(traf(run(2**31, flags=0x200))),
        fragment(traf(run(4_000_000), run(4_000_000))),
        fragment(traf(run(1), flags=0x2, header=struct.pack(">I", 2))),
        fragment(traf(run(1), flags=0x1)),
        fragment(new_box(b"traf")),
        fragment(traf(new_full_box(b"trun", 0, 0x1, struct.pack(">I", 1)))),
    ],
    ids=[
        "a time before the last sample",
        "a position before the film",
        "a negative duration",
        "more rows than there are",
        "more samples than a film has",
        "another description",
        "a header that is cut off",
        "no header",
        "a run that is cut off",
    ],
)
def test_fragments_that_cannot_be_are_refused(content):
    with pytest.raises(NotPackaged):
        read((5000, content))


def test_a_bomb_in_a_track_that_is_not_wanted_costs_nothing():
    (samples,) = read((5000, fragment(traf(*[run(4_000_000)] * 1000, track=2), traf(run(1)))))
    assert len(samples.sizes) == 1


def test_defaults_are_those_of_the_track():
    rows = [new_full_box(b"trex", 0, 0, struct.pack(">5I", number, 1, 2, 3, number)) for number in (1, 2)]
    moov = memoryview(new_box(b"mvex", new_box(b"mehd", bytes(8)), *rows))
    assert track_defaults(moov) == {1: Defaults(1, 2, 3, 1), 2: Defaults(1, 2, 3, 2)}
