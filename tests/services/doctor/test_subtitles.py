import pytest

from services.doctor.subtitles import Kind, Subtitles, subtitles_of
from services.library import Library
from services.storage.local.folder import Folder
from tests.films import put

DETAILS = {
    "state": "known",
    "container": "matroska",
    "subtitles": [{"key": "t2", "language": "en"}, {"key": "t3", "language": "ja", "styled": True}],
    "image_subtitles": [{"key": "t4", "label": "Forced", "forced": True}],
}


@pytest.mark.gen_test
async def test_all_subtitles_in_the_film_and_beside_it_are_told_with_their_kind(tmp_path):
    for name in ("Film.mkv", "Film.de.sdh.srt", "Film.ja.ass", "Film.fr.sup"):
        put(tmp_path, name)
    folder = Folder(tmp_path)
    library = Library(folder)
    try:
        (movie,) = await library.movies()
        assert subtitles_of(movie, DETAILS) == (
            Subtitles(Kind.TEXT, "de", is_for_the_deaf=True, is_beside=True),
            Subtitles(Kind.STYLED, "ja", is_beside=True),
            Subtitles(Kind.IMAGES, "fr", is_beside=True),
            Subtitles(Kind.TEXT, "en"),
            Subtitles(Kind.STYLED, "ja"),
            Subtitles(Kind.IMAGES, label="Forced", is_forced=True),
        )
    finally:
        library.close()
        folder.close()
