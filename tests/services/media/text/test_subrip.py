"""SubRip, as people write it."""

import pytest

from services.media.text.subrip import read_subrip
from services.media.text.webvtt import Cue

TIMES = "00:00:01,000 --> 00:00:02,000"
MORE_TIMES = "00:00:03,000 --> 00:00:04,000"


@pytest.mark.parametrize(
    "text",
    [
        f"1\n{TIMES}\nOne\n\n2\n{MORE_TIMES}\nTwo\n",
        f"1\n{TIMES}\nOne\n2\n{MORE_TIMES}\nTwo\n",
        f"{TIMES}\nOne\n{MORE_TIMES}\nTwo\n",
        f"1\n\n{TIMES}\n\nOne\n\n2\n\n{MORE_TIMES}\n\nTwo\n\n",
        f"1 {TIMES}\nOne\n2 {MORE_TIMES}\nTwo\n",
        f"www.subtitles.example\n\n1\n{TIMES}\nOne\n\n2\n{MORE_TIMES}\nTwo\n",
    ],
    ids=[
        "as it should be",
        "no blank lines",
        "no numbers",
        "a blank line after each",
        "numbers before times",
        "a head",
    ],
)
def test_cues_are_told_apart_by_their_times(text):
    assert list(read_subrip(text)) == [Cue(1_000, 2_000, "One"), Cue(3_000, 4_000, "Two")]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("42", "42"),
        ("In\n1984", "In\n1984"),
        ("one\n\ntwo", "one\ntwo"),
        ("", ""),
        ("<i>a</i> < b >c</ b > <U>d</U> <s>e</s>", "<i>a</i> <b>c</b> <u>d</u> e"),
        ('<font color="red">red</font> <c.yellow>words</c>', "red words"),
        ("one<br>two<BR />three", "one\ntwo\nthree"),
        ("3 < 4, I <3 you", "3 &lt; 4, I &lt;3 you"),
        ("{laughs} a {b", "{laughs} a {b"),
        ("{i}a{/i} {y:i}b", "a b"),
        ("<i>never closed", "<i>never closed</i>"),
        ("a --> b", "a --&gt; b"),
    ],
)
def test_words_are_shown_as_they_were_meant(words, text):
    cues = list(read_subrip(f"1\n{TIMES}\n{words}\n\n2\n{MORE_TIMES}\nNext\n"))
    assert cues == [Cue(1_000, 2_000, text), Cue(3_000, 4_000, "Next")]


def test_a_place_is_kept():
    assert list(read_subrip(f"{TIMES}\n<i>{{\\an8}}Top</i>\n")) == [Cue(1_000, 2_000, "<i>Top</i>", "line:0")]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("filling", ["<a", "{y:", "< ", "\n ", "1\n"])
def test_a_file_that_is_made_to_hold_us_up_does_not(filling):
    assert len(list(read_subrip(f"{TIMES}\n" + filling * 200_000))) == 1
