from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.http.dates import http_date, parse_http_date

BIRTH_OF_THE_EXAMPLE = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)  # RFC 9110 §5.6.7


@pytest.mark.parametrize(
    "field",
    [
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", id="IMF-fixdate"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", id="RFC 850"),
        pytest.param("Sun Nov  6 08:49:37 1994", id="asctime"),
    ],
)
def test_each_of_the_three_formats_is_understood(field):
    assert parse_http_date(field) == BIRTH_OF_THE_EXAMPLE


@pytest.mark.parametrize(
    "field",
    [
        "",
        "0",
        "784111777",
        "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 gmt",
        "sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
    ],
)
def test_what_is_no_http_date_is_none(field):
    assert parse_http_date(field) is None


def test_a_leap_second_is_understood():
    assert parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT") == datetime(2017, 1, 1, tzinfo=UTC)


def test_the_last_leap_second_of_all_is_none():
    assert parse_http_date("Fri, 31 Dec 9999 23:59:60 GMT") is None


@pytest.mark.parametrize(("years_ahead", "century_back"), [(49, 0), (51, 100)])
def test_two_digits_more_than_fifty_years_ahead_are_in_the_past(years_ahead, century_back):
    year = datetime.now(UTC).year + years_ahead
    parsed = parse_http_date(f"Monday, 01-Jan-{year % 100:02} 00:00:00 GMT")
    assert parsed.year == year - century_back


def test_a_date_is_sent_as_imf_fixdate():
    assert http_date(BIRTH_OF_THE_EXAMPLE) == "Sun, 06 Nov 1994 08:49:37 GMT"


@given(st.integers(0, 253_402_300_799))
def test_what_is_sent_is_understood(seconds):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert parse_http_date(http_date(moment)) == moment
