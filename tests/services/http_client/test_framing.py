"""Where content ends. What the client does then is tested in test_client.py."""

import pytest

from services.http_client.fields import parse_fields
from services.http_client.framing import Framing, framing
from services.http_client.head import Head


@pytest.mark.parametrize(
    ("minor_version", "lines", "expected"),
    [
        (1, ["Content-Length: 9"], Framing(9, False, True)),
        (1, ["Content-Length: 9", "Connection: close"], Framing(9, False, False)),
        (0, ["Content-Length: 9"], Framing(9, False, False)),
        (0, ["Content-Length: 9", "Connection: Keep-Alive"], Framing(9, False, True)),
        (1, [], Framing(None, False, True)),
        (1, ["Transfer-Encoding: chunked"], Framing(None, True, True)),
        (1, ["Transfer-Encoding: Chunked ,"], Framing(None, True, True)),
        (1, ["Transfer-Encoding: chunked", "Content-Length: 9"], Framing(None, True, False)),
        (0, ["Transfer-Encoding: chunked", "Connection: keep-alive"], Framing(None, True, False)),
    ],
)
def test_content_ends_by_its_length_or_its_chunks_or_with_the_connection(minor_version, lines, expected):
    assert framing(Head(minor_version, 200, parse_fields(lines)), has_content=True) == expected


@pytest.mark.parametrize(
    "coding", ["", "gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "chunked;a=1", "x"]
)
def test_a_coding_that_was_not_asked_for_is_an_error(coding):
    with pytest.raises(ValueError, match="a coding"):
        framing(Head(1, 200, parse_fields([f"Transfer-Encoding: {coding}"])), has_content=True)


def test_without_content_its_fields_mean_something_else():
    head = Head(1, 304, parse_fields(["Content-Length: 4, 5", "Transfer-Encoding: gzip"]))
    assert framing(head, has_content=False) == Framing(0, False, True)
