"""What the doctor says of a film: how each browser plays it, what that costs the server, and what would improve it.

Tested by tests/services/doctor/test_examination.py.
"""

from dataclasses import dataclass
from enum import IntEnum

from services.doctor.subtitles import Subtitles, subtitles_of
from services.library import Movie
from services.lists.movie_json import readable
from services.media.details import Details
from services.media.measures import Measures
from services.packaging.offered import Conversions
from services.ways.browsers import BROWSERS
from services.ways.film import film_of
from services.ways.remedies import Remedy, remedy
from services.ways.ways import Way, depends_on_device, way_in


class Severity(IntEnum):
    """The exit status where this is the worst. 2 is that of wrong settings."""

    FINE = 0
    IMPROVABLE = 1  # it plays everywhere, but could start sooner or cost less
    PARTLY = 3  # some browser lacks its picture or its sound, or the whole film; or some devices do
    NOWHERE = 4  # no browser plays all of it, or it cannot be looked into


class Cost(IntEnum):
    """What a viewer costs the server, the dearest last. docs/doctor.md has figures."""

    NOTHING = 0
    FILE = 1
    INDEX = 2
    SEGMENTS = 3
    SOUND = 4
    PICTURE = 5


_COSTS = {
    Way.ORIGINAL: Cost.FILE,
    Way.LATE: Cost.FILE,
    Way.SILENT: Cost.FILE,
    Way.DARK: Cost.FILE,
    Way.VIRTUAL: Cost.INDEX,
    Way.SEGMENTS: Cost.SEGMENTS,
    Way.CONVERTED: Cost.SOUND,
    Way.CONVERTED_PICTURE: Cost.PICTURE,
    Way.NOTHING: Cost.NOTHING,
}


@dataclass(frozen=True, slots=True)
class BrowserWay:
    """How a browser plays it. ``on_some_devices``: only those that decode the picture."""

    way: Way
    on_some_devices: bool


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``path`` is for people. ``file`` is where the film is in the file system, or the end of its path in a store.
    ``details`` and ``measures`` are what was found; None, where ``trouble`` says why not. ``ways`` are by browser."""

    path: str
    file: str
    severity: Severity
    cost: Cost = Cost.NOTHING
    details: Details | None = None
    measures: Measures | None = None
    ways: tuple[tuple[str, BrowserWay], ...] = ()
    remedy: Remedy | None = None
    trouble: str | None = None
    subtitles: tuple[Subtitles, ...] = ()


def diagnosis(
    movie: Movie, details: Details, measures: Measures | None, conversions: Conversions, trouble: str | None
) -> Diagnosis:
    """``conversions`` are the server's. ``trouble``: why there are no measures. The details are those of a film
    that is known."""
    film = film_of(details, movie.size, conversions, measures)
    ways = tuple(
        (browser.name, BrowserWay(way_in(film, browser), depends_on_device(film, browser))) for browser in BROWSERS
    )
    found = remedy(details, film, measures)
    return Diagnosis(
        readable(movie.path),
        file_of(movie),
        _severity([each for _, each in ways], found),
        max(_COSTS[each.way] for _, each in ways),
        details,
        measures,
        ways,
        found,
        trouble,
        subtitles_of(movie, details),
    )


def unknown(movie: Movie, trouble: str) -> Diagnosis:
    """Of a film that cannot be looked into."""
    return Diagnosis(readable(movie.path), file_of(movie), Severity.NOWHERE, trouble=trouble)


def file_of(movie: Movie) -> str:
    location = movie.file.location
    return location if location.startswith("/") else movie.path.rpartition("/")[2]


def _severity(ways: list[BrowserWay], found: Remedy | None) -> Severity:
    whole = [each for each in ways if each.way.is_whole]
    if not whole:
        return Severity.NOWHERE
    if len(whole) < len(ways) or any(each.on_some_devices for each in whole):
        return Severity.PARTLY
    return Severity.IMPROVABLE if found else Severity.FINE
