import pytest

from services.http.negotiation import accepts_gzip


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("deflate", False),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, *", False),
        ("gzip; q=0.001", True),
        ("identity;q=1, *;q=0", False),
        ("identity;q=1, gzip;q=0.5", False),
        ("identity;q=0.5, gzip;q=1", True),
        ("identity, gzip", True),
        ("gzip;q=high", False),
        ("ungzip", False),
    ],
)
def test_gzip_is_sent_where_it_is_wanted(field, answer):
    assert accepts_gzip(field) is answer
