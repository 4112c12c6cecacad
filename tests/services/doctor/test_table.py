"""The doctor's table and its JSON, of films that are called what no film is called."""

import json

import pytest

from services.doctor.diagnosis import BrowserWay, Cost, Diagnosis, Severity
from services.doctor.report import json_lines
from services.doctor.subtitles import Kind, Subtitles
from services.doctor.table import table
from services.ways.remedies import Remedy
from services.ways.ways import Way

WAYS = (
    ("Chrome", BrowserWay(Way.CONVERTED, True)),
    ("Firefox", BrowserWay(Way.SEGMENTS, False)),
    ("Safari", BrowserWay(Way.NOTHING, False)),
)
DETAILS = {
    "state": "known",
    "container": "matroska",
    "duration": 5400.0,
    "video": {"codec": "hvc1.1.6.L120.90", "name": "HEVC", "width": 1920, "height": 1080, "open_gop": True},
    "audio": [{"codec": "ac-3", "name": "Dolby Digital", "channels": 6}, {"codec": "mp4a.40.2", "name": "AAC"}],
    "chapters": [{"start": 0.0}],
}
MEASURES = {"index": "behind", "index_bytes": 12_200_000, "longest_s": 10.42, "peak_bytes_per_s": 1_000_000}
REMEDY = Remedy(("It could be better.",), (), ("-c", "copy"), ".mkv", encodes=False)
SUBTITLES = (
    Subtitles(Kind.STYLED, "ja"),
    Subtitles(Kind.STYLED, "en", "Signs \x1b", is_forced=True, is_beside=True),
    Subtitles(Kind.IMAGES, is_for_the_deaf=True),
)
DOLBY = Diagnosis(
    "A/b.mkv", "/A/b.mkv", Severity.PARTLY, Cost.SOUND, DETAILS, MEASURES, WAYS, REMEDY, subtitles=SUBTITLES
)
DAMAGED = Diagnosis("red \x1b[31m\x07\n\u202e.mp4", "/x\x1b.mp4", Severity.NOWHERE, trouble="it is damaged, or no film")


def test_a_film_is_a_row_and_what_would_improve_it_stands_below():
    lines = list(table([DOLBY, DAMAGED]))
    assert [line.split() for line in lines[:2]] == [
        [
            *("CONTAINER", "PICTURE", "SOUND", "SUBTITLES", "INDEX", "KEYS", "PEAK", "GOP"),
            *("CHROME", "FIREFOX", "SAFARI", "COST", "FILM"),
        ],
        [
            *(
                "!",
                "matroska",
                "HEVC",
                "1080p",
                "Dolby",
                "Digital",
                "+1",
                "2",
                "styled,",
                "1",
                "images",
                "behind,",
                "12.2",
                "MB",
                "10.4",
                "s",
            ),
            *("8.0", "Mbit/s", "open", "converted*", "segments", "none", "sound", "A/b.mkv"),
        ],
    ]
    assert lines[3:] == [
        "* on devices that decode the picture",
        "",
        "A/b.mkv",
        "  It could be better.",
        "  ffmpeg -n -i /A/b.mkv -c copy /A/b.web.mkv",
        "",
        "red  [31m   .mp4",
        "  it is damaged, or no film",
        "",
        "2 films: 1 not everywhere (!), 1 in no browser with picture and sound (!!)",
    ]


@pytest.mark.parametrize("films", [[], [DAMAGED], [DOLBY, DAMAGED]])
def test_nothing_of_a_film_reaches_the_terminal_but_printable_characters(films):
    assert all(line.isprintable() for line in table(films))
    assert all(line.isascii() and line.isprintable() for line in json_lines(films))


def test_the_json_has_all_that_is_known():
    document = json.loads("\n".join(json_lines([DOLBY, DAMAGED])))
    assert document["severities"] == {"fine": 0, "improvable": 0, "partly": 1, "nowhere": 1}
    assert document["films"] == [
        {
            "path": "A/b.mkv",
            "severity": "partly",
            "container": "matroska",
            "duration": 5400.0,
            "video": DETAILS["video"],
            "audio": DETAILS["audio"],
            "subtitles": [
                {"kind": "styled", "language": "ja"},
                {"kind": "styled", "language": "en", "label": "Signs \x1b", "forced": True, "beside": True},
                {"kind": "images", "hearing_impaired": True},
            ],
            **MEASURES,
            "browsers": {
                "Chrome": {"way": "converted sound", "on_some_devices": True},
                "Firefox": {"way": "segments"},
                "Safari": {"way": "not at all"},
            },
            "cost": "sound",
            "improve": {
                "reasons": ["It could be better."],
                "encodes": False,
                "command": "ffmpeg -n -i /A/b.mkv -c copy /A/b.web.mkv",
            },
        },
        {
            "path": "red \x1b[31m\x07\n\u202e.mp4",
            "severity": "nowhere",
            "trouble": "it is damaged, or no film",
            "cost": "nothing",
        },
    ]


def test_without_films_there_is_a_head_and_a_word():
    assert list(table([]))[-1] == "0 films: none"
    assert json.loads("\n".join(json_lines([])))["films"] == []
