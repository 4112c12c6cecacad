"""The probe against the tiny films of npm's @videojs/vhs-utils, whose names tell what is in them."""

import os

import pytest

from services.errors import FilmUnreadable
from tests.film_jobs import probe
from tests.needs import need_of_npm

# Our names of codecs that have other names in the files' names: aac there is AAC-LC, mp4a.40.34 is MP3.
OUR_NAMES = {
    "aac": "mp4a.40.2",
    "av01.0.00M.08.0.110": "av01.0.00M.08",  # without the optional part (AV1 in ISOBMFF §5)
    "flac": "fLaC",
    "hev1.4.10.H120.9c.8": "hev1.4.10.H120.9C.8",
    "mp4a.40.34": "mp3",
    "mp4v.20": "mp4v.20.9",
    "vp09.01.00.00.00.00.00.20.00": "vp09.00.20.08",  # its own vpcC says profile 0, of 8 bits
    "vp9": "vp09.00.20.08",
}
AVC = ("avc1.42c00d", "avc1.4d401e", "avc1.640028")


@pytest.fixture
def formats():
    return need_of_npm("node_modules/@videojs/vhs-utils/test/fixtures/formats")


def _expected(folder, name):
    codecs = [OUR_NAMES.get(codec, codec) for codec in name.rpartition(".")[0].split(",")]
    for index, codec in enumerate(codecs):
        if codec in AVC:
            codecs[index] = codec.upper().replace("AVC1", "avc1")
        elif codec.startswith("hev1") and folder not in ("mov", "mp4"):  # elsewhere there are no sample entries
            codecs[index] = f"hvc1{codec.removeprefix('hev1')}"
        elif codec.startswith("av01") and folder == "avi":  # which keeps no configuration: the stream tells
            codecs[index] = "av01.0.00M.08"
        elif codec == "av01":
            codecs[index] = "av1"
    return codecs


def _is_beyond_its_container(folder, name):
    """Whether the container cannot hold the codec, so neither FFmpeg nor a browser knows what it is."""
    if folder == "avi":  # which has no name for these
        return name.startswith("hev1.1.6")
    # Ten packets of a transport stream, which look as much like a program stream.
    return folder == "ts" and name.startswith(AVC) and name.endswith((",aac.ts", ",mp4a.40.2.ts"))


@pytest.mark.parametrize(
    ("folder", "container", "least"),
    [
        ("avi", "avi", 130),
        ("mkv", "matroska", 195),
        ("mov", "mov", 143),
        ("mp4", "mp4", 129),
        ("ogg", "ogg", 14),
        ("ts", "mpegts", 65),
        ("webm", "webm", 11),
    ],
)
def test_container_and_codecs_are_those_of_the_name(formats, folder, container, least):
    names = [name for name in os.listdir(formats / folder) if not _is_beyond_its_container(folder, name)]
    found = {name: _found(formats / folder / name) for name in names}
    assert found == {name: (container, _expected(folder, name)) for name in names}
    assert len(found) >= least


def _found(film):
    details = probe(str(film))
    tracks = [details["video"]] if "video" in details else []
    return details["container"], [track["codec"] for track in tracks + details.get("audio", [])]


def test_sound_without_a_container_of_films_is_no_film(formats):
    for folder in ("aac", "ac3", "flac", "mp3", "wav"):
        for name in os.listdir(formats / folder):
            with pytest.raises(FilmUnreadable):
                probe(str(formats / folder / name))
