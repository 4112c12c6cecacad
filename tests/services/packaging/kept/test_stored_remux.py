"""The index of a film that is put together anew comes back from its bytes, and damaged bytes are told."""

from dataclasses import replace

import pytest

from services.packaging.film_index import FilmIndex, NotPackaged, Track
from services.packaging.kept.stored_index import DamagedIndex
from services.packaging.kept.stored_remux import remuxed_bytes, remuxed_of
from services.packaging.remux.film import Framing, RemuxedFilm, RemuxEntry, RemuxTrack

TRACKS = (
    Track(stream=0, kind="video", codec="avc1.64001E", timescale=90_000, sample_entry=b"entry", width=640, height=360),
    Track(stream=1, kind="audio", codec="mp2", timescale=48_000, sample_entry=b"", channels=2, rate=48_000),
)
FILM = RemuxedFilm(
    index=FilmIndex(duration_s=5.0, delay_s=0.084, cuts=(0.0, 2.5), tracks=TRACKS),
    tracks=(RemuxTrack(Framing.START_CODES), RemuxTrack(Framing.AS_THEY_ARE, -12, 1152)),
    entries=(RemuxEntry(564, 564, 60), RemuxEntry(10_000, 12_000, 225_060)),
)


def test_a_film_comes_back_from_its_bytes():
    assert remuxed_of(remuxed_bytes(FILM)) == FILM


@pytest.mark.parametrize("length", [0, 7, 20, 60, 100, 200])
def test_bytes_that_end_early_are_told(length):
    with pytest.raises(DamagedIndex):
        remuxed_of(remuxed_bytes(FILM)[:length])


@pytest.mark.parametrize(
    "film",
    [
        replace(FILM, entries=FILM.entries[:1]),
        replace(FILM, entries=FILM.entries[::-1]),
        replace(FILM, tracks=FILM.tracks[:1]),
        replace(FILM, tracks=(FILM.tracks[0], RemuxTrack(7))),
        replace(FILM, entries=(FILM.entries[0], RemuxEntry(2**63, 12_000, 225_060))),
        replace(FILM, entries=(FILM.entries[0], RemuxEntry(2**63, 2**63, 225_060))),
        replace(FILM, index=replace(FILM.index, tracks=TRACKS[::-1])),
    ],
)
def test_numbers_that_no_film_has_are_told(film):
    with pytest.raises(DamagedIndex):
        remuxed_of(remuxed_bytes(film))


def test_numbers_that_have_no_room_are_refused():
    with pytest.raises(NotPackaged):
        remuxed_bytes(replace(FILM, entries=(RemuxEntry(0, 0, -1), FILM.entries[1])))


def test_other_bytes_are_told():
    with pytest.raises(DamagedIndex):
        remuxed_of(b"matrosk\x02" + bytes(200))
