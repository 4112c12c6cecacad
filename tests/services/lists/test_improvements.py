"""What would improve a film, for the page about it."""

import asyncio

import pytest

from services.library import Library
from services.lists.improvements import improvements
from services.media.details import PENDING, UNREADABLE
from services.packaging.offered import NO_CONVERSIONS, SOUND_ALONE
from services.storage.local.folder import Folder
from tests.films import put

H264 = {"codec": "avc1.640028", "name": "H.264", "width": 1920, "height": 1080}
AAC = {"codec": "mp4a.40.2", "name": "AAC", "default": True}
DOLBY = {"codec": "ac-3", "name": "Dolby Digital"}


@pytest.fixture
def movie(tmp_path):
    put(tmp_path, "Film.mkv")
    folder = Folder(tmp_path)
    yield asyncio.run(Library(folder).movies())[0]
    folder.close()


@pytest.mark.parametrize("details", [{}, PENDING, UNREADABLE])
def test_nothing_is_said_of_a_film_that_is_not_known(movie, details):
    assert improvements(movie, details, conversions=SOUND_ALONE) == ()


def test_it_is_said_what_browsers_lack_and_what_the_server_has_to_do(movie):
    def said(*sounds, container="matroska", conversions=SOUND_ALONE):
        details = {"state": "known", "container": container, "video": H264, "audio": list(sounds)}
        return improvements(movie, details, conversions)

    assert said(AAC) == said(DOLBY, AAC) == ()
    assert said(DOLBY) == (
        "The server converts its Dolby Digital sound for Chrome and Firefox: as AAC it would be sent as it is.",
    )
    assert said(DOLBY, conversions=NO_CONVERSIONS) == (
        "Chrome and Firefox cannot play its Dolby Digital sound: as AAC it would be heard everywhere.",
    )
    assert said(AAC, container="mxf") == ("No browser plays MXF files: as MP4 all would.",)
