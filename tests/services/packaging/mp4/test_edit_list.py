"""Edit lists tell when a track begins, and which part of it is presented."""

import struct

import pytest

from services.packaging.film_index import NotPackaged
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.mp4.edit_list import WHOLE, Edit, read_edit

TRACK_CLOCK, MOVIE_CLOCK = 48_000, 1000


def trak(*edits: tuple[int, int], version: int = 0, rate: int = 1, count: int | None = None) -> memoryview:
    """The content of "trak" with edits of (duration in ticks of the movie, media time in ticks of the track)."""
    layout = ">Qqhh" if version else ">Iihh"
    rows = b"".join(struct.pack(layout, duration, media_time, rate, 0) for duration, media_time in edits)
    elst = new_full_box(b"elst", version, 0, struct.pack(">I", len(edits) if count is None else count), rows)
    return memoryview(new_box(b"edts", elst))


def read(content: memoryview) -> Edit:
    return read_edit(content, TRACK_CLOCK, MOVIE_CLOCK)


@pytest.mark.parametrize(
    ("content", "edit"),
    [
        (memoryview(b""), WHOLE),
        (trak(), WHOLE),
        (trak((2000, 1024)), Edit(0.0, 1024, 97_024)),
        (trak((2000, 1024), version=1), Edit(0.0, 1024, 97_024)),
        (trak((0, 1024)), Edit(0.0, 1024, None)),
        (trak((700, -1), (2000, 0)), Edit(0.7, 0, 96_000)),
        (trak((700, -1), (300, -1), (2000, 0)), Edit(1.0, 0, 96_000)),
        (trak((700, -1)), Edit(0.7, 0, None)),
        (trak((2000, 0), (500, -1)), Edit(0.0, 0, 96_000)),
        (trak((1000, 0), (1000, 48_010)), Edit(0.0, 0, 96_010)),
    ],
    ids=[
        "no list",
        "an empty list",
        "from a time on",
        "64 bits",
        "without an end",
        "a delay",
        "two delays",
        "a delay alone",
        "nothing at the end",
        "two edits that join",
    ],
)
def test_an_edit_is_a_part_of_the_track_from_a_time_of_the_film_on(content, edit):
    assert read(content) == edit


@pytest.mark.parametrize(
    "content",
    [
        trak((1000, 0), (1000, 96_000)),
        trak((1000, 48_000), (1000, 0)),
        trak((1000, 0), rate=2),
        trak((1000, 0), rate=0),
    ],
    ids=["a part left out", "parts in another order", "twice as fast", "a picture that stands still"],
)
def test_parts_that_segments_cannot_show_so_are_refused(content):
    with pytest.raises(NotPackaged):
        read(content)


def test_a_list_ends_with_its_box():
    assert read(trak((2000, 1024), count=2**32 - 1)) == Edit(0.0, 1024, 97_024)
