"""Real players at a locked server, which they get into by tickets."""

import os
import shutil
import subprocess
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.needs import need
from tests.server_process import ROOT, server_process


@pytest.fixture
def url(tmp_path):
    """The URL of a locked server with the sample."""
    shutil.copy(ROOT / "assets" / "Seek Anywhere.mp4", tmp_path / "Film.mp4")
    with server_process("--assets", os.fspath(tmp_path), environment={"PASSWORD": "open sesame"}) as server:
        yield server.url


def _playlist(url):
    connection = HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", "/playlist.m3u?film=Film.mp4", headers={"Authorization": "Bearer open sesame"})
    playlist = connection.getresponse().read()
    connection.close()
    return playlist


def _run(program, *arguments):
    return subprocess.run([need(program), *arguments], capture_output=True, text=True, timeout=60, check=True).stdout


def test_mpv_plays_a_playlist_that_was_saved(url, tmp_path):
    (tmp_path / "film.m3u").write_bytes(_playlist(url))
    quiet = ["--no-config", "--vo=null", "--ao=null", "--frames=3", "--term-playing-msg=lasts ${duration}"]
    assert "lasts 00:00:40" in _run("mpv", *quiet, os.fspath(tmp_path / "film.m3u"))


def test_a_player_of_hls_keeps_the_ticket_in_all_that_it_asks_for(url):
    link = _playlist(url).decode().splitlines()[-1].replace("/videos/", "/segments/") + "/master.m3u8"
    told = _run(
        "ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", "-read_intervals", "%+2", link
    )
    assert {"video", "audio"} <= set(told.split())


def test_programs_may_show_the_password_in_the_address(url):
    address = url.replace("http://", "http://films:open%20sesame@") + "/videos/Film.mp4"
    assert _run("ffprobe", "-v", "error", "-show_entries", "format=format_name", "-of", "csv=p=0", address)
