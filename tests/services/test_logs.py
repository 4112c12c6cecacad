import logging

import pytest

from services.logs import LineFormatter, shown


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("/videos/a.mp4", "/videos/a.mp4"),
        ("a\nb\x1b[1m", "a\\nb\\x1b[1m"),
        ("\udce9", "\\udce9"),
        ("a" * 512, "a" * 512),
        ("a" * 16_000, "a" * 512 + "... (16000 characters)"),
        ("é" * 500, "\\xe9" * 128 + "... (2000 characters)"),
        ("é" * 16_000, "\\xe9" * 128 + "... (16000 characters)"),
    ],
)
def test_what_others_say_is_shown_in_ascii_and_not_at_length(text, line):
    assert shown(text) == line


def test_a_line_is_not_long_whoever_writes_it():
    record = logging.makeLogRecord({"name": "lib", "levelname": "INFO", "msg": "bad: %s", "args": ("x" * 50_000,)})
    line = LineFormatter().format(record)
    assert "I lib bad: xxx" in line
    assert line.endswith("xxx... (50005 characters)")
    assert len(line) < 4300
