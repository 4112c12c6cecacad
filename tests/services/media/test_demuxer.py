"""What the jobs of the worker read: nothing but the film."""

import pytest

from services.errors import FilmUnreadable
from services.media.pictures import poster, sheet
from services.media.probe import probe
from services.media.subtitle_tracks import extract_subtitles
from tests.films import put

SECRET = b"WEBVTT\n\n00:00.000 --> 00:09.000\nsecret\n"
LISTS = {
    "list of files": b"ffconcat version 1.0\nfile other.vtt\n",
    "play list": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.vtt\n#EXT-X-ENDLIST\n",
    "manifest": b'<MPD type="static" profiles="urn:mpeg:dash:profile:isoff-live:2011" mediaPresentationDuration="PT9S">'
    b'<Period><AdaptationSet mimeType="text/vtt"><Representation id="1" bandwidth="1"><BaseURL>other.vtt</BaseURL>'
    b"</Representation></AdaptationSet></Period></MPD>",
}
JOBS = {
    "probe": lambda location, folder: probe(location),
    "poster": lambda location, folder: poster(location, str(folder / "poster.jpg")),
    "sheet": lambda location, folder: sheet(location, str(folder / "sheet.jpg"), _LAYOUT),
    "subtitles": lambda location, folder: extract_subtitles(location, [0, 1], str(folder)),
}
_LAYOUT = {"count": 4, "interval_s": 5.0, "width": 240, "height": 135}


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("content", LISTS.values(), ids=LISTS)
def test_a_list_of_files_leads_to_no_file(tmp_path, target, content):
    put(tmp_path, "other.vtt", SECRET)
    film = put(tmp_path, "film.mkv", content)
    for job in JOBS.values():
        with pytest.raises(FilmUnreadable):
            job(str(film), target)
    assert not list(target.iterdir())
