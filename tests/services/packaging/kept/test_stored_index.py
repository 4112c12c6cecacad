"""An index comes back from the cache as it was, or not at all."""

import json
import zlib
from dataclasses import replace

import pytest

from services.packaging.film_index import FilmIndex, NotPackaged, Track
from services.packaging.kept.stored_index import DamagedIndex, index_bytes, index_of

PICTURE = Track(
    stream=0,
    kind="video",
    codec="hvc1.2.4.L153.B0",
    timescale=24_000,
    sample_entry=b"\0\0\0\x0chvc1data",
    width=3840,
    height=1600,
    coded_width=1920,
    coded_height=1600,
    matrix=bytes(36),
    frame_rate=23.976,
    bytes_per_s=1_000_000,
)
SOUND = Track(3, "audio", "mp4a.40.2", 48_000, b"\0\xff", "pt-BR", 'Comentário "A"', True, channels=6)
INDEX = FilmIndex(7_200.5, 0.083, (0.0, 2.002, 4.004), (PICTURE, SOUND))


def _altered(**fields):
    value = json.loads(zlib.decompress(index_bytes(INDEX)))
    return zlib.compress(json.dumps({**value, **fields}).encode())


def _altered_track(**fields):
    value = json.loads(zlib.decompress(index_bytes(INDEX)))
    value["tracks"][0].update(fields)
    return zlib.compress(json.dumps(value).encode())


def test_an_index_comes_back_as_it_was():
    assert index_of(index_bytes(INDEX)) == INDEX


def test_a_day_of_film_is_a_small_index():
    day = replace(INDEX, duration_s=86_400.0, cuts=tuple(place * 2.002 for place in range(43_000)))
    content = index_bytes(day)
    assert index_of(content) == day
    assert len(content) < 400_000


@pytest.mark.parametrize("length", [0, 1, 50, -1])
def test_a_part_of_an_index_is_none(length):
    with pytest.raises(DamagedIndex):
        index_of(index_bytes(INDEX)[:length])


@pytest.mark.parametrize(
    "content",
    [b"index", index_bytes(INDEX) + b"x", zlib.compress(b"{"), zlib.compress(b"[]"), zlib.compress(b"[" * 100_000)],
    ids=["not compressed", "more", "no JSON", "no object", "very deep"],
)
def test_other_bytes_are_no_index(content):
    with pytest.raises(DamagedIndex):
        index_of(content)


def test_an_index_that_would_fill_the_memory_is_none():
    with pytest.raises(DamagedIndex, match="another length"):
        index_of(zlib.compress(b" " * 2**25))


@pytest.mark.parametrize(
    "content",
    [
        _altered(duration_s=-1),
        _altered(duration_s=float("nan")),
        _altered(delay_s=float("inf")),
        _altered(duration_s="7200"),
        _altered(cuts=[]),
        _altered(cuts=[1.0]),
        _altered(cuts=[0, 4, 2]),
        _altered(cuts=[0, float("nan")]),
        _altered(tracks=[]),
        _altered(tracks=[7]),
        _altered(more=1),
        _altered_track(kind="text"),
        _altered_track(stream=-1),
        _altered_track(codec='avc1"\n#EXT'),
        _altered_track(timescale=0),
        _altered_track(timescale=True),
        _altered_track(sample_entry="0"),
        _altered_track(language="en\r\n"),
        _altered_track(label="two\nlines"),
        _altered_track(label="x" * 1_000),
        _altered_track(width=100_000),
        _altered_track(coded_height=-1),
        _altered_track(matrix="00"),
        _altered_track(is_default=1),
        _altered_track(frame_rate=-24),
        _altered_track(more=1),
    ],
)
def test_fields_that_no_reader_makes_are_refused(content):
    with pytest.raises(DamagedIndex):
        index_of(content)


@pytest.mark.parametrize(
    "index",
    [replace(INDEX, duration_s=float("nan")), replace(INDEX, tracks=(replace(PICTURE, frame_rate=1e6),))],
    ids=["no number", "a million pictures a second"],
)
def test_a_film_with_fields_that_would_be_refused_is_not_packaged(index):
    with pytest.raises(NotPackaged, match="no film has"):
        index_bytes(index)
