"""HTTP dates (RFC 9110 §5.6.7): one format is written, all three are parsed."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_TIME = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_DAY_NAME_L = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_FORMATS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DAY_NAME}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT",  # IMF-fixdate
        rf"{_DAY_NAME_L}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT",  # rfc850-date
        rf"{_DAY_NAME} {_MONTH} (?P<day>[ 0-9][0-9]) {_TIME} (?P<year>[0-9]{{4}})",  # asctime-date
    )
)


@lru_cache(1024)  # the same few films are asked for again and again
def http_date(moment: datetime) -> str:
    """``moment``, which must be in UTC, as an IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT"."""
    return format_datetime(moment, usegmt=True)


def parse_http_date(field: str) -> datetime | None:
    """The date in ``field``, in UTC; None if it is not a valid HTTP-date."""
    for pattern in _FORMATS:
        if match := pattern.fullmatch(field):
            return _moment(match)
    return None


def _moment(match: re.Match[str]) -> datetime | None:
    month = _MONTHS.index(match["month"]) + 1
    second = int(match["second"])
    leap = second == 60  # valid by the grammar, but not for datetime
    try:
        minute = datetime(
            _year(match["year"]), month, int(match["day"]), int(match["hour"]), int(match["minute"]), tzinfo=UTC
        )
        return minute.replace(second=59) + timedelta(seconds=1) if leap else minute.replace(second=second)
    except (ValueError, OverflowError):
        return None


def _year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    this_year = datetime.now(UTC).year
    year = this_year - this_year % 100 + int(digits)
    return year - 100 if year > this_year + 50 else year  # §5.6.7: more than 50 years ahead means the past
