"""Flash Video has no head that tells the tracks: they are known when their first packets come."""

import pytest

from services.errors import FilmUnreadable
from tests.film_jobs import extract_subtitles, poster, probe
from tests.real_films import ffmpeg, make_film

_PICTURE_ALONE = b"FLV\1\1\0\0\0\x09\0\0\0\0"
_TEXT = b"\2\0\x0aonTextData\x08\0\0\0\1\0\4text\2\0\5hello\0\0\x09"  # AMF
_SOUND, _SCRIPT = 8, 18


def _tags(flv):
    """The tags of a film, each with its head of 11 bytes before it and its length after it."""
    position = len(_PICTURE_ALONE)
    while position < len(flv):
        end = position + 11 + int.from_bytes(flv[position + 1 : position + 4]) + 4
        yield flv[position:end]
        position = end


def _tag(kind, content, time_ms):
    head = bytes([kind]) + len(content).to_bytes(3) + time_ms.to_bytes(3) + bytes(4)
    return head + content + (11 + len(content)).to_bytes(4)


def _put_late(tag, time_ms):
    return tag[:4] + time_ms.to_bytes(3) + tag[7:]


@pytest.fixture
def film(tmp_path):
    """A film of 200 s: a picture, a text at the start, and sound that begins when FFmpeg no longer looks for tracks."""
    ffmpeg("-f", "lavfi", "-i", "color=red:size=32x32:rate=1:duration=200", "-c:v", "flv1", str(tmp_path / "p.flv"))
    make_film(tmp_path / "s.flv", "-map", "1:a", "-c:a", "libmp3lame", "-ar", "44100", duration_s=1)
    head, *picture = _tags((tmp_path / "p.flv").read_bytes())
    sound = [_put_late(tag, 190_000) for tag in _tags((tmp_path / "s.flv").read_bytes()) if tag[0] == _SOUND]
    film = tmp_path / "film.flv"
    film.write_bytes(b"".join([_PICTURE_ALONE, head, _tag(_SCRIPT, _TEXT, 0), *picture, *sound]))
    return film


def test_a_track_that_begins_in_mid_film_harms_no_other(film, tmp_path):
    assert probe(film)["video"]["name"] == "Sorenson H.263"
    poster(film, str(tmp_path / "poster.jpg"))
    extract_subtitles(film, [0], str(tmp_path))
    assert (tmp_path / "t0.vtt").read_text("utf-8") == "WEBVTT\n\n00:00:00.000 --> 00:00:03.000\nhello\n"


def test_a_track_that_no_decoder_knows_has_no_poster(film, tmp_path):
    content = film.read_bytes()
    unknown = b"".join(tag[:11] + b"\x1f" + tag[12:] if tag[0] == 9 else tag for tag in _tags(content))
    (tmp_path / "unknown.flv").write_bytes(_PICTURE_ALONE + unknown)
    with pytest.raises(FilmUnreadable):
        poster(tmp_path / "unknown.flv", str(tmp_path / "poster.jpg"))
