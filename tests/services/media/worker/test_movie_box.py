import io
import struct

import pytest

from services.media.worker.movie_box import movie_box


def _box(kind, content=b""):
    return struct.pack(">I4s", len(content) + 8, kind) + content


def _large_box(kind, content=b""):
    return struct.pack(">I4sQ", 1, kind, len(content) + 16) + content


FTYP, MOOV, MDAT = _box(b"ftyp", b"isom"), _box(b"moov", bytes(100)), _box(b"mdat", bytes(1000))


@pytest.mark.parametrize(
    ("boxes", "place"),
    [
        ([FTYP, MOOV, MDAT], (20, 100)),
        ([FTYP, MDAT, MOOV], (1028, 100)),
        ([FTYP, _large_box(b"mdat", bytes(1000)), _large_box(b"moov", bytes(7))], (1044, 7)),
        ([FTYP, MDAT], None),
        ([FTYP, struct.pack(">I4s", 0, b"mdat"), bytes(50)], None),
        ([FTYP, struct.pack(">I4s", 5, b"moov")], None),
        ([*[_box(b"free")] * 31, MOOV], (31 * 8 + 8, 100)),
        ([*[_box(b"free")] * 32, MOOV], None),
        ([struct.pack(">I4sQ", 1, b"free", 2**64 - 1), MOOV], None),
        ([b"\x1a\x45\xdf\xa3"], None),
        ([], None),
    ],
    ids=[
        "first",
        "last",
        "large boxes",
        "none",
        "to the end",
        "too small",
        "late",
        "too late",
        "beyond the end",
        "no mp4",
        "empty",
    ],
)
def test_the_box_is_found_wherever_it_is(boxes, place):
    assert movie_box(io.BytesIO(b"".join(boxes))) == place
