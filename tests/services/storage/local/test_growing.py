"""How often a file that grows is listed anew."""

from dataclasses import replace
from itertools import pairwise

import pytest

from services.http.representation import EntityTag
from services.storage.local.growing import Growing
from services.storage.stored_file import StoredFile


def _film(size, tag=None):
    return StoredFile("film.mp4", "/films/film.mp4", size, 0.0, 1, EntityTag(tag or str(size)), inode=7)


def _listed(sizes, every_s):
    """The listed sizes, with their times, of a file that has these sizes when it is looked at."""
    growing, before, listed = Growing(), None, []
    for number, size in enumerate(sizes):
        now_s = number * every_s
        after = growing.listed(before, _film(size), now_s)
        if after != before:
            listed.append((now_s, after.size))
        before = after
    return listed


def test_a_recording_is_listed_with_growing_pauses_of_a_quarter_of_an_hour_at_most():
    times_s = [now_s for now_s, _ in _listed(range(1, 5000), every_s=2)]
    pauses_s = [later - earlier for earlier, later in pairwise(times_s)]
    assert pauses_s == [2, 6, 10, 20, 40, 80, 160, 320, 640, *[900] * 9]


def test_a_copy_under_way_is_listed_as_soon_as_it_rests():
    assert _listed([1, 2, 3, *[4] * 10], every_s=1) == [(0, 1), (1, 2), (6, 4)]


def test_a_recording_that_has_ended_is_listed_whole_within_half_a_minute():
    sizes = [*range(1, 301), *[300] * 20]
    assert _listed(sizes, every_s=2)[-1] == (628, 300)


def test_a_file_that_stays_is_the_very_same_object():
    before = _film(1)
    assert Growing().listed(before, _film(1), 0) is before


@pytest.mark.parametrize(
    "changed",
    [_film(1), _film(3, "other"), replace(_film(4), inode=8)],
    ids=["shorter", "written to", "replaced by a longer one"],
)
def test_what_did_not_grow_is_listed_at_once(changed):
    growing = Growing()
    growing.listed(_film(2), _film(3), 0)
    assert growing.listed(_film(3), changed, 1) is changed


def test_a_file_that_grows_after_a_long_rest_is_listed_at_once():
    growing = Growing()
    growing.listed(_film(1), _film(2), 0)
    growing.listed(_film(2), _film(2), 6)
    assert growing.listed(_film(2), _film(3), 7) == _film(3)


def test_files_that_are_gone_are_forgotten():
    growing = Growing()
    growing.listed(_film(1), _film(2), 0)
    growing.keep_only([])
    assert growing.listed(_film(2), _film(3), 1) == _film(3)
