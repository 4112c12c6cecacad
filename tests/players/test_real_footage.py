"""Real footage by real players: curl and ffmpeg get what is in the file. All films have their index at the end."""

import hashlib
import os
import random
import subprocess

import pytest

from tests.needs import need
from tests.real_films import FOOTAGE
from tests.server_process import server_process

FILMS = ["bigbuckbunny.mp4", "bikes.mp4", "carphone_pristine.mp4"]


@pytest.fixture(scope="module")
def server():
    with server_process("--assets", os.fspath(FOOTAGE)) as server:
        yield server


def _run(program, *arguments):
    return subprocess.run([need(program), *arguments], check=True, capture_output=True, timeout=60).stdout


@pytest.mark.parametrize("film", FILMS)
def test_curl_gets_the_whole_film(server, film):
    assert _run("curl", "-sSf", f"{server.url}/videos/{film}?original") == (FOOTAGE / film).read_bytes()


def test_curl_gets_any_range(server):
    content = (FOOTAGE / "bikes.mp4").read_bytes()
    dice = random.Random(1)
    for _ in range(30):
        first = dice.randrange(len(content))
        last = dice.randrange(first, len(content))
        assert (
            _run("curl", "-sSf", "-r", f"{first}-{last}", f"{server.url}/videos/bikes.mp4?original")
            == content[first : last + 1]
        )


def test_curl_puts_a_film_together_from_ranges(server, tmp_path):
    content = (FOOTAGE / "bigbuckbunny.mp4").read_bytes()
    step = 100_000
    parts = [
        _run("curl", "-sSf", "-r", f"{first}-{first + step - 1}", f"{server.url}/videos/bigbuckbunny.mp4?original")
        for first in range(0, len(content), step)
    ]
    assert b"".join(parts) == content


def test_curl_goes_on_with_a_download_that_was_cut(server, tmp_path):
    content = (FOOTAGE / "bikes.mp4").read_bytes()
    download = tmp_path / "bikes.mp4"
    download.write_bytes(content[:123_456])
    _run("curl", "-sSf", "-C", "-", "-o", os.fspath(download), f"{server.url}/videos/bikes.mp4?original")
    assert download.read_bytes() == content


@pytest.mark.parametrize("film", FILMS)
def test_ffmpeg_reads_the_same_packets_as_from_the_file(server, film):
    def packets(url):
        return hashlib.sha256(_run("ffmpeg", "-v", "error", "-i", url, "-c", "copy", "-f", "framemd5", "-")).hexdigest()

    assert packets(f"{server.url}/videos/{film}") == packets(os.fspath(FOOTAGE / film))


def test_ffmpeg_seeks_before_it_reads(server):
    def frames(url):
        return _run("ffmpeg", "-v", "error", "-ss", "8", "-i", url, "-frames:v", "5", "-f", "framemd5", "-")

    assert frames(f"{server.url}/videos/bikes.mp4") == frames(os.fspath(FOOTAGE / "bikes.mp4"))


def test_mpv_plays_from_the_middle(server):
    _run("mpv", "--no-config", "--vo=null", "--ao=null", "--start=5", "--frames=3", f"{server.url}/videos/bikes.mp4")
