"""The index of a Matroska film comes back from its bytes, and damaged bytes are told."""

from dataclasses import replace

import pytest

from services.packaging.film_index import FilmIndex, Track
from services.packaging.kept.stored_index import DamagedIndex
from services.packaging.kept.stored_matroska import matroska_bytes, matroska_of
from services.packaging.matroska.compression import Compression
from services.packaging.matroska.film import BlockTrack, Entry, MatroskaFilm

TRACKS = (
    Track(stream=0, kind="video", codec="avc1.64001E", timescale=90_000, sample_entry=b"entry", width=640, height=360),
    Track(stream=1, kind="audio", codec="opus", timescale=48_000, sample_entry=b"entry", language="de", channels=2),
)
FILM = MatroskaFilm(
    index=FilmIndex(duration_s=5.0, delay_s=0.0835, cuts=(0.0, 2.5), tracks=TRACKS),
    tracks=(BlockTrack(1, 7515, 3750), BlockTrack(2, -312, 960, 6_500_000, 8, Compression(prefix=b"\x0b\0"))),
    entries=(Entry(400, 0, 0), Entry(70_000, 12, 2500)),
    stop=123_456,
    tick_ns=1_000_000,
    zero_ns=-5,
    reorder_ns=83_500_000,
)


def test_a_film_comes_back_from_its_bytes():
    assert matroska_of(matroska_bytes(FILM)) == FILM


@pytest.mark.parametrize("length", [0, 7, 20, 60, 100, 200])
def test_bytes_that_end_early_are_told(length):
    with pytest.raises(DamagedIndex):
        matroska_of(matroska_bytes(FILM)[:length])


@pytest.mark.parametrize(
    "film",
    [
        replace(FILM, tick_ns=0),
        replace(FILM, tick_ns=10**11),
        replace(FILM, reorder_ns=10**11),
        replace(FILM, entries=FILM.entries[:1]),
        replace(FILM, entries=FILM.entries[::-1]),
        replace(FILM, tracks=FILM.tracks[:1]),
        replace(FILM, stop=60_000),
        replace(FILM, stop=2**63),
        replace(FILM, tracks=(FILM.tracks[0], replace(FILM.tracks[1], early_ns=10**11))),
    ],
)
def test_numbers_that_no_film_has_are_told(film):
    with pytest.raises(DamagedIndex):
        matroska_of(matroska_bytes(film))


def test_other_bytes_are_told():
    with pytest.raises(DamagedIndex):
        matroska_of(b"segment\x01" + bytes(200))
