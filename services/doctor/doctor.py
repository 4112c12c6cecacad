"""movie-streaming doctor: what each film of a folder, or a bucket, is like for browsers and for the server.

Tested by tests/process/test_doctor.py.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from services.doctor.diagnosis import Severity
from services.doctor.examination import examine
from services.doctor.progress import Progress
from services.doctor.report import json_lines
from services.doctor.table import table
from services.errors import InvalidSetting
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import Worker, can_look_into_films
from services.library import Library
from services.packaging.offered import Conversions
from services.settings import Convert, parse_settings
from services.storage.locations import Location, parse_locations

_WORKERS = 2  # at most: more would wait for one disk


@dataclass(frozen=True, slots=True)
class Request:
    """Which films, how it is shown, and what the server would convert."""

    places: tuple[Location, ...]
    as_json: bool
    convert: Convert


def parse_request(arguments: Sequence[str], environment: Mapping[str, str]) -> Request:
    """``arguments`` are those behind "doctor". --help prints and exits. Raises InvalidSetting."""
    parser = _Parser(
        prog="movie-streaming doctor",
        description="Says of each film how browsers play it, what that costs the server, and what would improve it.",
        epilog="The exit status is 0 if all is fine, 1 if a film could be better, 3 if one does not play everywhere, 4"
        " if one plays nowhere, and 2 if the films cannot be found.",
        allow_abbrev=False,
    )
    parser.add_argument("place", nargs="?", help="a folder, or a URL as --assets takes it (default: ASSETS)")
    parser.add_argument("--json", action="store_true", help="as JSON, one film a line, and not as a table")
    given = parser.parse_args(arguments)
    settings = parse_settings([], {**environment, **({} if given.place is None else {"ASSETS": ""})})
    try:
        places = settings.assets if given.place is None else parse_locations(given.place)
    except ValueError as error:
        raise InvalidSetting(f"doctor: {error}") from error
    if not can_look_into_films():
        raise InvalidSetting("doctor: films cannot be looked into without PyAV: pip install 'movie-streaming[media]'")
    return Request(places, given.json, settings.convert)


async def diagnose(
    request: Request, library: Library, environment: Mapping[str, str], conversions: Conversions
) -> Severity:
    """Prints what is found. Returns the worst of it. Raises InvalidSetting if the films cannot be listed."""
    await library.scan()
    if unlisted := library.unlisted():
        raise InvalidSetting(f"doctor: cannot be listed: {', '.join(unlisted)}")
    movies = await library.movies()
    progress = Progress(sys.stderr, len(movies))
    workers = [FilmJobs(Worker(environment=environment), library) for _ in range(min(_WORKERS, os.cpu_count() or 1))]
    try:
        progress.show(0)
        found = await examine(movies, workers, conversions, progress.show)
    finally:
        progress.end()
        for jobs in workers:
            await jobs.close()
    _print(json_lines(found) if request.as_json else table(found))
    return max((each.severity for each in found), default=Severity.FINE)


def _print(lines: Iterable[str]) -> None:
    """Not every name can be written in the encoding of the output. Raises BrokenPipeError."""
    encoding = sys.stdout.encoding
    for each in lines:
        sys.stdout.write(each.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidSetting(f"doctor: {message} (--help says what there is)")
