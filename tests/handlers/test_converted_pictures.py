"""Films whose picture is converted, asked for over sockets."""

import asyncio
import json
import subprocess

import pytest

from services.packaging.offered import Conversions
from services.packaging.version import PACKAGING
from tests.hls import check_master_playlist, check_media_playlist
from tests.needs import need
from tests.real_films import make_film

URL = "/segments/Film.mp4"
PLACES = pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)


@pytest.fixture
def conversions():
    return Conversions(sound=True, pictures=True)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Five seconds in three segments."""
    options = ("-c:v", "mpeg4", "-bf", "2", "-g", "48", "-c:a", "aac")
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", *options, duration_s=5).read_bytes()


def _shown(url):
    """How many pictures ffmpeg decodes, and of which size."""
    command = [need("ffprobe"), "-v", "error", "-select_streams", "v:0", "-count_frames"]
    told = [*command, "-show_entries", "stream=width,height,nb_read_frames", "-of", "json", url]
    return json.loads(subprocess.run(told, check=True, capture_output=True, text=True).stdout)["streams"][0]


@pytest.mark.gen_test
@PLACES
async def test_players_of_hls_play_it(connect, put_film, film):
    put_film("Film.mp4", film)
    url = f"http://127.0.0.1:{connect.port}{URL}/x0p360.m3u8"
    shown = await asyncio.to_thread(_shown, url)
    async with await connect() as connection:
        master = (await connection.request("GET", f"{URL}/master.m3u8")).content.decode()
        check_master_playlist(master)
        check_media_playlist((await connection.request("GET", f"{URL}/x0p360.m3u8")).content.decode())
    assert [line.partition("?")[0] for line in master.splitlines() if not line.startswith("#")] == ["x0p360.m3u8"]
    assert shown == {"width": 320, "height": 180, "nb_read_frames": "120"}


@pytest.mark.gen_test
async def test_the_size_that_the_server_chooses_may_be_another_later(connect, put_film, film):
    put_film("Film.mp4", film)
    async with await connect() as connection:
        tag = (await connection.request("HEAD", "/videos/Film.mp4?original")).fields["etag"].strip('"')
        index = json.loads((await connection.request("GET", f"{URL}/index.json")).content)
        assert [track["name"] for track in index["tracks"]] == ["x0", "a1"]
        assert (index["cuts"], index["tracks"][0]["cuts"]) == ([0, 2, 4], [0, 1, 2, 3, 4])
        chosen, fixed, init = [
            await connection.request("GET", f"{URL}/{name}v={tag}.{PACKAGING}")
            for name in ("x0-1.m4s?init=1&", "x0p360-1.m4s?", "x0p360-init.mp4?")
        ]
        assert chosen.content == init.content + fixed.content
        assert (chosen.fields["cache-control"], fixed.fields["cache-control"]) == (
            "no-cache",
            "public, max-age=31536000, immutable",
        )
        for what in ("x0p480-0.m4s", "x1-0.m4s", "x0-5.m4s", "v0-0.m4s", "x0-init.mp4", "a1p360-0.m4s"):
            assert (await connection.request("GET", f"{URL}/{what}")).status == 404


@pytest.mark.gen_test
async def test_who_opens_another_film_is_told_why_it_has_to_wait_and_for_how_long(connect, put_film, film, caplog):
    put_film("Film.mp4", film)
    put_film("Other.mp4", film + b"\0\0\0\x08free")
    async with await connect() as connection:
        assert (await connection.request("GET", f"{URL}/x0-0.m4s")).status == 200
        refused = await connection.request("GET", "/segments/Other.mp4/x0-0.m4s")
        assert (await connection.request("GET", "/segments/Other.mp4/a1-0.m4s")).status == 200
    assert refused.status == 503
    assert 1 <= int(refused.fields["retry-after"]) <= 8
    assert b"converts the pictures of one film at a time" in refused.content
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
