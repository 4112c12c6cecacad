"""Text is told from films with the same extension."""

import random

import pytest

from services.media.text_files import is_text
from tests.real_films import make_film

TRANSLATION = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context><name>QObject</name><message><source>Open</source><translation>Öffnen</translation></message></context>
</TS>
"""


@pytest.mark.parametrize(
    "head",
    [
        b"export const x: number = 1;\n",
        b"export {}\n",
        b"export {}",
        b'\xef\xbb\xbfimport { a } from "./b";\r\n',
        b"x",
        b"\n\n\t\f\n",
        TRANSLATION.encode(),
        TRANSLATION.encode("latin-1"),
        TRANSLATION.encode("utf-16"),
        TRANSLATION.encode("utf-16-be"),
        "// コメント\n".encode("shift_jis"),
        "\ufeff// комментарий\n".encode("utf-16-le"),
        b"\x1b[31mANSI art\x1b[0m\n",
        b"G" * 200 + b"\n" * 1000,
        b"Go to the next page\n" * 50,
    ],
)
def test_text_is_told_in_any_encoding(head):
    assert is_text(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0" * 1024,
        random.Random(1).randbytes(1024),
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
        b"\0\0\x01\xba\x44\0\x04\0\x04\x01",
        b"film\0",
        (b"G" + b"as text would say it" * 10)[:188] * 5,
    ],
    ids=["nothing", "zeros", "noise", "MP4", "program stream", "a zero", "packets of letters"],
)
def test_what_is_no_text_stays_a_film(head):
    assert not is_text(head)


@pytest.mark.parametrize("options", [(), ("-mpegts_m2ts_mode", "1")], ids=["188 bytes", "192 bytes"])
def test_a_transport_stream_is_no_text_wherever_it_was_cut(tmp_path, options):
    film = make_film(tmp_path / "film.ts", "-c:v", "mpeg2video", *options, duration_s=1).read_bytes()
    for first in range(400):
        assert not is_text(film[first : first + 1024])


def test_a_transport_stream_with_codes_for_errors_is_no_text(tmp_path):
    film = make_film(tmp_path / "film.ts", "-c:v", "mpeg2video", duration_s=1).read_bytes()
    packets = [film[first : first + 188] + bytes(16) for first in range(0, 188 * 6, 188)]
    assert not is_text(b"".join(packets)[:1024])
