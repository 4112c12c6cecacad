"""A cache on a disk that becomes full and later has room again."""

import json
import os
import shutil
import subprocess
import time
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.films import put
from tests.needs import need_right
from tests.real_films import make_film
from tests.server_process import server_process

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nHello\n"


@pytest.fixture
def disk(tmp_path):
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False, capture_output=True
    )
    need_right("the right to mount disks", granted=mounted.returncode == 0)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def _fill(disk):
    fd = os.open(disk / "something else", os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(fd, bytes(4096))
    os.close(fd)


def _answer(server, address):
    """Status, Retry-After and content of the answer."""
    try:
        with urlopen(f"{server.url}{address}", timeout=120) as response:
            return response.status, None, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers["Retry-After"], b""


def _addresses(server):
    """The URLs of all that is made of the film, once its poster is made."""
    while "poster" not in (movie := json.loads(_answer(server, "/api/movies")[2])["movies"][0]):
        time.sleep(0.05)
    sheet = movie["thumbnails"].replace(".vtt?", ".jpg?")
    return [movie["poster"], sheet, *(subtitles["url"] for subtitles in movie["subtitles"])]


def test_while_the_disk_is_full_what_is_lost_is_unavailable_and_then_it_is_made_again(disk, films, tmp_path):
    put(tmp_path, "en.srt", SRT)
    inputs = ("-i", str(tmp_path / "en.srt"), "-map", "0:v", "-map", "1:s")
    make_film(films / "a.mkv", *inputs, "-c:v", "mjpeg", "-c:s", "srt", sound=False, duration_s=12)
    put(films, "a.en.srt", SRT)
    arguments = ["--assets", str(films), "--cache", str(disk / "cache"), "--grace", "0"]
    with (tmp_path / "log").open("w+") as log, server_process(*arguments, stderr=log) as server:
        addresses = _addresses(server)
        before = [_answer(server, address) for address in addresses]
        assert [status for status, _, _ in before] == [200] * 4
        while (disk / "cache").exists():  # the server may be writing to it
            shutil.rmtree(disk / "cache", ignore_errors=True)
        _fill(disk)
        for _ in range(2):
            for address in addresses:
                assert _answer(server, address) == (503, "5", b"")
        (disk / "something else").unlink()
        while [_answer(server, address) for address in addresses] != before:
            time.sleep(0.2)
        assert _addresses(server) == addresses
        while list((disk / "cache").rglob("*.part")):
            time.sleep(0.05)
        log.seek(0)
        text = log.read()
    assert text.count("is not kept: No space left on device") == 1
    assert "Traceback" not in text
