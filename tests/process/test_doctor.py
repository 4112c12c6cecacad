"""movie-streaming doctor, as its users start it."""

import json
import os
import pty
import subprocess
from contextlib import suppress

import obstore
import pytest

from tests.films import put
from tests.object_stores import BUCKET
from tests.real_films import H264, make_film
from tests.server_process import COMMAND, clean_environment

FINE = (*H264, "-c:a", "aac", "-movflags", "+faststart")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", *FINE, size="64x36", duration_s=2).read_bytes()


def _doctor(*arguments, environment=None, **options):
    command = [*COMMAND, "doctor", *map(str, arguments)]
    environment = clean_environment() | (environment or {})
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, **options)


def test_a_film_that_is_fine_is_a_row_and_nothing_else_is_said(films, film):
    put(films, "Films/Fine.mp4", film)
    ended = _doctor(films)
    assert (ended.returncode, ended.stderr) == (0, "")
    head, row, empty, summary = ended.stdout.splitlines()
    assert head.split()[-2:] == ["COST", "FILM"]
    assert row.split()[-5:] == ["original", "original", "original", "file", "Films/Fine.mp4"]
    assert (empty, summary) == ("", "1 film: 1 fine")


@pytest.mark.parametrize(
    ("name", "options", "status"),
    [
        ("behind.mp4", (*H264, "-c:a", "aac"), 1),
        ("deep.mp4", ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p"), 3),
        ("old.mp4", ("-c:v", "mpeg4"), 4),
    ],
)
def test_the_exit_status_is_that_of_the_worst_film(films, film, name, options, status):
    put(films, "a.mp4", film)
    make_film(films / name, *options, size="64x36", duration_s=2)
    assert _doctor("--json", films).returncode == status


def test_the_line_of_a_film_makes_one_that_is_fine(films):
    make_film(films / "it's $(exit) \x1b[31m -y.avi", "-c:v", "mpeg4", "-c:a", "mp3", size="64x36", duration_s=2)
    ended = _doctor("--json", films)
    assert ended.returncode == 4
    (told,) = json.loads(ended.stdout)["films"]
    subprocess.run(
        ["bash", "-c", told["improve"]["command"]], check=True, capture_output=True, stdin=subprocess.DEVNULL
    )
    (films / told["path"]).unlink()
    ended = _doctor("--json", films)
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["severities"] == {"fine": 1, "improvable": 0, "partly": 0, "nowhere": 0}


def test_films_of_a_bucket_are_examined_too(s3, film, tmp_path):
    obstore.put(s3.bucket(prefix=tmp_path.name), "A film.mp4", film)
    ended = _doctor("--json", f"s3://{BUCKET}/{tmp_path.name}", environment=s3.environment)
    assert ended.returncode == 0, ended.stderr
    (told,) = json.loads(ended.stdout)["films"]
    assert (told["path"], told["severity"], told["index"]) == ("A film.mp4", "fine", "front")


def test_without_a_place_it_is_that_of_the_settings(films, film):
    put(films, "Mine.mp4", film)
    ended = _doctor(environment={"ASSETS": str(films)})
    assert "Mine.mp4" in ended.stdout


def _read_all(terminal):
    """What was written to the terminal, whose other end is closed."""
    shown = b""
    with suppress(OSError):  # Linux says that it has ended by EIO
        while part := os.read(terminal, 10_000):
            shown += part
    os.close(terminal)
    return shown.decode()


def test_a_bar_shows_how_far_it_is_on_a_terminal_alone(films, film):
    put(films, "Fine.mp4", film)
    ours, theirs = pty.openpty()
    command = [*COMMAND, "doctor", str(films)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=clean_environment()) as process:
        os.close(theirs)
        output = process.stdout.read()
    shown = _read_all(ours)
    assert "[" + "#" * 30 + "] 1 of 1" in shown
    assert shown.endswith("\r\x1b[K")
    assert b"\x1b" not in output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["/no/such folder"], "doctor: no such folder: /no/such folder"),
        (["s3://"], "doctor: a bucket is named like s3://bucket/folder, not s3://"),
        (["http://user@host/"], "doctor: a web server is given by a URL like https://example.com/films/"),
        (["--table"], "doctor: unrecognized arguments: --table"),
        (["a", "b"], "doctor: unrecognized arguments: b"),
        (["http://127.0.0.1:9/"], "doctor: cannot be listed: http://127.0.0.1:9/"),
    ],
)
def test_what_cannot_be_examined_is_said_in_one_line(arguments, complaint):
    ended = _doctor(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert complaint in ended.stderr.splitlines()[-1]


def test_names_that_the_terminal_cannot_show_are_escaped(films, film):
    put(films, "三体.mp4", film)
    ended = _doctor(films, environment={"PYTHONIOENCODING": "ascii"})
    assert "\\u4e09\\u4f53.mp4" in ended.stdout
