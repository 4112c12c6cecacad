"""Subtitles that are pictures: /subtitles/<path of the film>/<key>.json?part=<number>."""

import asyncio
import io
import json
from base64 import b64decode

import pytest
from PIL import Image

from tests.films import put
from tests.pgs import clears, shows, sup
from tests.real_films import H264, ffmpeg, make_film

RED, GREEN = (255, 1, 0, 255), (0, 255, 1, 255)
TRACK = sup(
    (0, clears()),
    (1, shows(100, 900)),
    (2.5, clears()),
    (59, shows(200, 50, 2)),
    (61.2, clears()),
    (64, shows(500, 500)),
    (65, shows(10, 10, 2)),
    (66.5, clears()),
)


@pytest.fixture
def examines():
    return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A film of 70 s: with PGS and DVB subtitles as Matroska and MPEG-TS, and with VobSub as Matroska and MP4. Stream 1
    is the track."""
    folder = tmp_path_factory.mktemp("pictures")
    track = put(folder, "track.sup", TRACK)
    film = folder / "pgs.mkv"
    options = ("-i", str(track), "-map", "0", "-map", "1", *H264, "-g", "48", "-c:s", "copy")
    make_film(film, *options, "-metadata:s:s:0", "language=ger", sound=False, duration_s=70)
    copied = ("-i", str(film), "-map", "0", "-c", "copy")
    ffmpeg(*copied, str(folder / "pgs.m2ts"))
    for name, codec in {
        "vobsub.mkv": "dvdsub",
        "vobsub.mp4": "dvdsub",
        "dvb.mkv": "dvbsub",
        "dvb.ts": "dvbsub",
    }.items():
        ffmpeg("-fix_sub_duration", *copied, "-c:s", codec, str(folder / name))
    return folder


async def _movie(connection, path):
    while True:
        movies = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
        movie = next(movie for movie in movies if movie["path"] == path)
        if movie["state"] != "pending":
            return movie
        await asyncio.sleep(0.05)


async def _cues(connection, told, part):
    answer = await connection.request("GET", f"{told['url']}&part={part}")
    assert (answer.status, answer.fields["content-type"]) == (200, "application/json")
    return json.loads(answer.content)["cues"]


def _summed_up(cue):
    """Its times to a tenth of a second, and of each picture its place, size and colour."""
    pictures = []
    for each in cue["pictures"]:
        image = Image.open(io.BytesIO(b64decode(each["png"]))).convert("RGBA")
        assert image.size == (each["width"], each["height"])
        ((_, colour),) = image.getcolors()
        pictures.append((each["x"], each["y"], *image.size, colour))
    return round(cue["start"], 1), round(cue["end"], 1), *pictures


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("name", "language"), [("pgs.mkv", "de"), ("pgs.m2ts", None), ("dvb.ts", "de"), ("dvb.mkv", "de")]
)
async def test_pictures_come_with_their_times_a_minute_at_a_time(connect, films, folder, name, language):
    put(films, name, (folder / name).read_bytes())
    async with await connect() as connection:
        movie = await _movie(connection, name)
        (told,) = movie["image_subtitles"]
        assert "subtitles" not in movie
        assert (told.get("language"), told["embedded"], told["part_s"]) == (language, True, 60)
        first, second = [await _cues(connection, told, part) for part in (0, 1)]
    assert first[0]["canvas"] == [1920, 1080]
    across = (200, 50, 40, 20, GREEN)
    assert list(map(_summed_up, first)) == [(1, 2.5, (100, 900, 40, 20, RED)), (59, 60, across)]
    assert list(map(_summed_up, second)) == [
        (59, 61.2, across),
        (64, 65, (500, 500, 40, 20, RED)),
        (65, 66.5, (10, 10, 40, 20, GREEN)),
    ]


@pytest.mark.gen_test
@pytest.mark.parametrize(("name", "red"), [("vobsub.mkv", 255), ("vobsub.mp4", 252)])
async def test_pictures_of_dvds_have_colours_that_are_kept_with_the_track(connect, films, folder, name, red):
    put(films, name, (folder / name).read_bytes())
    async with await connect() as connection:
        (told,) = (await _movie(connection, name))["image_subtitles"]
        cues = await _cues(connection, told, 0)
    assert _summed_up(cues[0]) == (1, 2.5, (100, 900, 40, 20, (red, 0, 0, 255)))


@pytest.mark.gen_test
async def test_a_part_is_kept_and_may_be_kept_by_browsers_for_good(connect, films, folder):
    put(films, "Film.mkv", (folder / "pgs.mkv").read_bytes())
    async with await connect() as connection:
        (told,) = (await _movie(connection, "Film.mkv"))["image_subtitles"]
        first, again = [await connection.request("GET", f"{told['url']}&part=0") for _ in range(2)]
        assert first.fields["cache-control"] == "public, max-age=31536000, immutable"
        assert (again.content, again.fields["etag"]) == (first.content, first.fields["etag"])
        etag = first.fields["etag"]
        assert (await connection.request("GET", f"{told['url']}&part=0", f"If-None-Match: {etag}")).status == 304


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("t1.json?part=2", 404),  # beyond the end of the film
        ("t1.json?part=999999", 404),
        ("t0.json?part=0", 404),  # the picture of the film
        ("t1.vtt", 404),
        ("t1.json?part=-1", 400),
        ("t1.json?part=x", 400),
        ("t1.json?part=1234567", 400),
    ],
)
async def test_what_is_not_there_is_not_found(connect, films, folder, address, status):
    put(films, "Film.mkv", (folder / "pgs.mkv").read_bytes())
    async with await connect() as connection:
        await _movie(connection, "Film.mkv")
        assert (await connection.request("GET", f"/subtitles/Film.mkv/{address}")).status == status


IDX = f"""# VobSub index file, v7 (do not modify this line!)
size: 720x576
palette: 000000, ff0000, 00ff00, 0000ff{12 * ", 808080"}
langidx: 1

id: en, index: 0
timestamp: 00:00:01:000, filepos: 000001000

id: de, index: 1
timestamp: 00:00:59:000, filepos: 000000000
timestamp: 00:01:10:000, filepos: 000001000
"""


def _vobsub_packet(colour):
    """A box of 8 × 2 at 100, 400 for 2 s: of the colour 1 or 2."""
    lines = bytes([0, colour, 0, colour])
    commands = bytes.fromhex("033210 04fff0 0506406b190191 06 0004 0006 01ff")
    begin = 4 + len(lines)
    hides = begin + 4 + len(commands)
    content = lines + b"\0\0" + hides.to_bytes(2, "big") + commands + b"\0\xb0" + hides.to_bytes(2, "big") + b"\2\xff"
    return (4 + len(content)).to_bytes(2, "big") + begin.to_bytes(2, "big") + content


def _sub_file(*packets):
    """A .sub in which each packet has 4,096 bytes, and is in two parts, with one of another channel between them."""
    content = b""
    for packet in packets:
        for channel, part in ((0x21, packet[:11]), (0x22, b"other"), (0x21, packet[11:])):
            pack = bytes.fromhex("000001ba4400040004010089c3f8")
            pes = bytes([0x81, 0, 3, 1, 2, 3, channel]) + part
            content += pack + b"\0\0\1\xbd" + len(pes).to_bytes(2, "big") + pes
        content = content.ljust(-(-len(content) // 4096) * 4096, b"\0")
    return content


@pytest.mark.gen_test
@pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)
async def test_files_beside_a_film_are_shown_too(connect, put_film):
    put_film("Film.mp4", b"film")
    put_film("Film.de.sup", TRACK)
    put_film("Film.en.forced.idx", IDX.encode())
    put_film("Film.en.forced.sub", _sub_file(_vobsub_packet(1), _vobsub_packet(2)))
    async with await connect() as connection:
        movie = await _movie(connection, "Film.mp4")
        assert "subtitles" not in movie
        pgs, vobsub = movie["image_subtitles"]
        assert (pgs["language"], vobsub["language"], vobsub["forced"]) == ("de", "en", True)
        parts = {told["url"]: [await _cues(connection, told, part) for part in (0, 1)] for told in (pgs, vobsub)}
    first, second = parts[pgs["url"]]
    assert [_summed_up(cue)[:2] for cue in first + second] == [(1, 2.5), (59, 60), (59, 61.2), (64, 65), (65, 66.5)]
    red, green = (100, 400, 8, 2, (255, 0, 0, 255)), (100, 400, 8, 2, (0, 255, 0, 255))
    first, second = parts[vobsub["url"]]
    assert list(map(_summed_up, first + second)) == [(59, 60, red), (59, 61, red), (70, 72, green)]


@pytest.mark.gen_test
async def test_files_that_hold_no_pictures_are_said_to_be_unreadable(connect, films):
    put(films, "Film.mp4")
    put(films, "Film.sup", b"no pictures")
    async with await connect() as connection:
        (told,) = (await _movie(connection, "Film.mp4"))["image_subtitles"]
        assert (await connection.request("GET", f"{told['url']}&part=0")).status == 422
