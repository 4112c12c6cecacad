"""The ffmpeg line of a film, whatever the film is called."""

import os
import subprocess

import pytest

from services.doctor.command_line import command, line
from services.ways.remedies import Remedy

REMEDY = Remedy(("Because.",), ("-fflags", "+genpts"), ("-c", "copy"), ".mp4", encodes=False)
HOSTILE = [
    "plain.avi",
    "two words.avi",
    "-y.avi",
    "http:host.avi",
    'it\'s $(touch x) `touch y` "z" \\ !!.avi',
    "red \x1b[31m bell \x07 1.avi",
    "new\nline\r\t.avi",
    "bytes \udcff1.avi",
    "right to left \u202e.avi",
    "三体 é.avi",
    "#.avi",
    "~.avi",
]


def test_the_output_is_beside_the_film_and_never_the_film():
    assert line(command(REMEDY, "/films/a.avi")) == (
        "ffmpeg -n -fflags +genpts -i /films/a.avi -c copy /films/a.avi.web.mp4"
    )
    assert line(command(REMEDY, "a.web.mp4")) == "ffmpeg -n -fflags +genpts -i ./a.web.mp4 -c copy ./a.web.web.mp4"


def test_films_of_one_name_in_several_containers_have_an_output_each():
    names = ("a.avi", "a.ts", "a.mp4", "a.MP4")
    outputs = [command(REMEDY, f"/films/{name}")[-1] for name in names]
    assert len({output.casefold() for output in outputs}) == 4
    assert not {f"/films/{name}" for name in names} & set(outputs)


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("two words", "'two words'"),
        ("it's", "'it'\\''s'"),
        ("-y", "-y"),
        ("$HOME", "'$HOME'"),
        ("", "''"),
        ("a\x1b1", "$'a\\0331'"),
        ("a'\n", "$'a\\'\\012'"),
        ("\udcff", "$'\\377'"),
        ("\u202e", "$'\\342\\200\\256'"),
    ],
)
def test_a_name_is_quoted(name, quoted):
    assert line([name]) == quoted


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_the_shell_reads_what_was_meant_and_the_terminal_gets_nothing_else(name):
    shown = line(["printf", r"%s\0", *command(REMEDY, name)])
    assert shown.isprintable()
    told = subprocess.run(["bash", "-c", shown], check=True, capture_output=True).stdout
    assert [os.fsdecode(each) for each in told.split(b"\0")[:-1]] == command(REMEDY, name)
