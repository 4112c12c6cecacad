"""Looks into each film of a library by workers, as the server does, and says what is to be said of it.

Tested by tests/services/doctor/test_examination.py.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from services.doctor.diagnosis import Diagnosis, diagnosis, unknown
from services.errors import FilmArchived, FilmUnreadable, MovieServerError, NoFilm, StorageError, WorkerFailed
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.media.measures import plausible_measures
from services.media.names.printable import printable
from services.media.plausible import plausible_details
from services.packaging.offered import Conversions

_PROBE_TIMEOUT_S = 60.0
_MEASURE_TIMEOUT_S = 120.0  # a film without an index is read for its key frames
_TROUBLE_CHARS = 200


async def examine(
    movies: Sequence[Movie], workers: Sequence[FilmJobs], conversions: Conversions, progress: Callable[[int], None]
) -> list[Diagnosis]:
    """What is said of each of ``movies``, in their order; without those that are none. ``progress`` is told how many
    are done."""
    found: list[Diagnosis | None] = [None] * len(movies)
    waiting = iter(range(len(movies)))
    done = 0

    async def work(jobs: FilmJobs, numbers: Iterator[int]) -> None:
        nonlocal done
        for number in numbers:
            found[number] = await _diagnosis(movies[number], jobs, conversions)
            done += 1
            progress(done)

    await asyncio.gather(*(work(jobs, waiting) for jobs in workers))
    return [each for each in found if each is not None]


async def _diagnosis(movie: Movie, jobs: FilmJobs, conversions: Conversions) -> Diagnosis | None:
    """None: the file only has the name of a film."""
    try:
        details = await jobs.run("probe", movie, timeout_s=_PROBE_TIMEOUT_S, accept=plausible_details)
    except NoFilm:
        return None
    except (FilmUnreadable, StorageError, WorkerFailed) as error:
        return unknown(movie, _trouble(error))
    try:
        measures = await jobs.run("measure", movie, timeout_s=_MEASURE_TIMEOUT_S, accept=plausible_measures)
    except (FilmUnreadable, StorageError, WorkerFailed) as error:
        return diagnosis(movie, details, None, conversions, _trouble(error))
    return diagnosis(movie, details, measures, conversions, None)


def _trouble(error: MovieServerError) -> str:
    what = {
        FilmArchived: "it is in the store's archive, and has to be restored first",
        FilmUnreadable: "it is damaged, or no film",
        WorkerFailed: "looking into it failed",
    }.get(type(error), "it cannot be read")
    why = printable(str(error))[:_TROUBLE_CHARS]
    return what if isinstance(error, FilmArchived | FilmUnreadable) or not why else f"{what}: {why}"
