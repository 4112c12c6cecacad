"""MicroDVD: subtitles that count frames."""

import pytest

from services.media.text.microdvd import read_microdvd
from services.media.text.webvtt import Cue, webvtt


@pytest.mark.parametrize(
    ("head", "film_rate", "start_ms"),
    [
        ("{1}{1}25\n", 50.0, 10_000),
        ("{0}{0}25.000\n", None, 10_000),
        ("{1}{1}23,976\n", None, 10_427),
        ("", 50.0, 5_000),
        ("", None, 10_427),
        ("{1}{1}0\n", 50.0, 5_000),
        ("{1}{1}nan\n", 50.0, 5_000),
        ("{1}{1}1e-300\n", 50.0, 5_000),
        ("{1}{40}25\n", 50.0, 5_000),
    ],
)
def test_the_rate_is_the_files_own_else_the_films(head, film_rate, start_ms):
    *_, cue = read_microdvd(f"{head}{{250}}{{300}}Hello\n", film_rate)
    assert cue.start_ms == start_ms


def test_the_rate_is_not_shown():
    assert webvtt(read_microdvd("{1}{1}25\n{25}{50}Hello\n", None)).endswith(
        "\n\n00:00:01.000 --> 00:00:02.000\nHello\n"
    )


def test_a_cue_without_an_end_lasts_to_the_next_and_no_longer_than_three_seconds():
    cues = read_microdvd("{25}{}One\n{50}{}Two\n{500}{}Three\n", 25.0)
    assert list(cues) == [Cue(1_000, 2_000, "One"), Cue(2_000, 5_000, "Two"), Cue(20_000, 23_000, "Three")]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("one|two", "one\ntwo"),
        ("{y:i}one|{Y:b}two", "<i>one</i>\n<b><i>two</i></b>"),
        ("{C:$0000ff}{P:1,2}{f:Arial}words", "words"),
    ],
)
def test_words_have_lines_and_styles(words, text):
    assert [cue.text for cue in read_microdvd(f" {{25}} {{ 50 }}{words}\n", 25.0)] == [text]


def test_what_is_no_cue_is_passed_over():
    assert list(read_microdvd("a\n{1}b\n{x}{y}c\n{" + "9" * 400 + "}{1}d\n", None)) == []


@pytest.mark.timeout(30)
@pytest.mark.parametrize("filling", ["{y:", "|", "{1}", "{C:"])
def test_a_file_that_is_made_to_hold_us_up_does_not(filling):
    assert len(list(read_microdvd("{25}{50}" + filling * 200_000, 25.0))) == 1
