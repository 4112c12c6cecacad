"""Playlists by a real player."""

import os
import subprocess
from pathlib import Path

from tests.needs import need
from tests.server_process import ROOT, server_process

SAMPLE = ROOT / "assets" / "Seek Anywhere.mp4"


def _run(program, *arguments):
    return subprocess.run([need(program), *arguments], check=True, capture_output=True, text=True, timeout=60).stdout


def _put_untitled(film: Path):
    """Puts the sample there without its title, which a player would show."""
    _run("ffmpeg", "-v", "error", "-i", os.fspath(SAMPLE), "-map_metadata", "-1", "-c", "copy", os.fspath(film))


def _played(url):
    """What mpv says while it plays the first frames of each film."""
    quiet = ["--no-config", "--vo=null", "--ao=null", "--frames=3", "--term-playing-msg=title ${media-title}"]
    return _run("mpv", *quiet, url)


def test_mpv_plays_all_films_of_a_folder_by_their_titles(tmp_path):
    (tmp_path / "a #1").mkdir()
    _put_untitled(tmp_path / "a #1" / "Up.2009.1080p.mp4")
    _put_untitled(tmp_path / "a #1" / "Amélie, «100%» & so.mp4")
    _put_untitled(tmp_path / "other.mp4")
    with server_process("--assets", str(tmp_path)) as server:
        said = _played(f"{server.url}/playlist.m3u?folder=a%20%231")
    assert [line for line in said.splitlines() if line.startswith("title ")] == [
        "title Amélie, «100%» & so",
        "title Up (2009)",
    ]
