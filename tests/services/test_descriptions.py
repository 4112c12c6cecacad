"""What .nfo files say, read by a real worker."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from services.cache import Cache
from services.catalogue import Catalogue
from services.descriptions import Descriptions, described
from services.errors import WorkerFailed
from services.jobs.worker_process import WORKER, Worker
from services.library import Library, LibraryTiming
from services.media.details import UNEXAMINED
from services.media.summary import UNKNOWN
from services.storage.local.folder import Folder
from tests.films import put

FILM = b"<movie><title>The Film</title><year>1999</year><plot>Long.</plot><genre>Drama</genre></movie>"
SHOW = b"<tvshow><title>The Show</title><actor><name>Star</name></actor></tvshow>"


@asynccontextmanager
async def _opened(films, module=WORKER, retry_s=60.0):
    folder, worker = Folder(films), Worker(module)
    library = Library(folder, LibraryTiming(0.0, 0, patience_s=60.0))
    cache = Cache(films.parent / "cache")
    descriptions = Descriptions(library, cache, worker, reads=True, retry_s=retry_s)
    try:
        yield library, descriptions
    finally:
        await descriptions.close()
        await worker.close()
        library.close()
        folder.close()
        cache.close()


async def _described(library, descriptions, condition):
    """The films of the library with their descriptions, once the condition holds for them."""
    while True:
        movies = await library.movies()
        await descriptions.examine(movies)
        told = [described(movie, UNEXAMINED, descriptions.of(movie)) for movie in movies]
        if condition(told):
            return told
        await asyncio.sleep(0.02)


def _titles(movies):
    return [movie.name.title for movie in movies]


def test_a_film_has_the_name_that_the_file_beside_it_says(films):
    put(films, "Film.mkv")
    put(films, "Film.nfo", FILM)

    async def asked():
        async with _opened(films) as (library, descriptions):
            (movie,) = await _described(library, descriptions, lambda movies: movies[0].genres)
            return movie, await descriptions.whole(movie)

    movie, (own, series) = asyncio.run(asked())
    assert (movie.name.in_words, movie.genres) == ("The Film (1999)", ("Drama",))
    assert own == {"kind": "film", "title": "The Film", "year": 1999, "plot": "Long.", "genres": ["Drama"]}
    assert series == {}


def test_an_episode_has_what_is_said_of_its_series(films):
    put(films, "Show/Season 1/Show S01E01.mkv")
    put(films, "Show/tvshow.nfo", SHOW)

    async def asked():
        async with _opened(films) as (library, descriptions):
            return await _described(library, descriptions, lambda movies: movies[0].people)

    (movie,) = asyncio.run(asked())
    assert (movie.name.series, movie.people) == ("The Show", ("Star",))


def test_a_changed_file_is_read_again(films):
    put(films, "Film.mkv")
    put(films, "Film.nfo", FILM)

    async def asked():
        async with _opened(films) as (library, descriptions):
            await _described(library, descriptions, lambda movies: _titles(movies) == ["The Film"])
            put(films, "Film.nfo", FILM.replace(b"The Film", b"Another"))
            await _described(library, descriptions, lambda movies: _titles(movies) == ["Another"])

    asyncio.run(asked())


def test_what_was_read_once_needs_no_worker_again(films):
    put(films, "Film.mkv")
    put(films, "Film.nfo", FILM)

    async def asked(module):
        async with _opened(films, module) as (library, descriptions):
            return _titles(await _described(library, descriptions, lambda movies: movies[0].genres))

    assert asyncio.run(asked(WORKER)) == asyncio.run(asked("no.such.module")) == ["The Film"]


@pytest.mark.parametrize(
    "content",
    [b"=== RELEASE ===", b"https://www.themoviedb.org/movie/603", FILM + b" " * 2**20],
    ids=["a release's own", "a URL", "too long"],
)
def test_a_file_that_describes_nothing_leaves_the_film_as_it_is(films, content):
    put(films, "Film.mkv")
    put(films, "Film.nfo", content)
    put(films, "Other.mkv")
    put(films, "Other.nfo", FILM)

    async def asked():
        async with _opened(films) as (library, descriptions):
            movies = await _described(library, descriptions, lambda movies: movies[1].genres)
            return movies, await descriptions.whole(movies[0])

    movies, whole = asyncio.run(asked())
    assert _titles(movies) == ["Film", "The Film"]
    assert whole == ({}, {})


def test_a_worker_that_fails_is_asked_again(films):
    """What it would say is found only in the second of two programs."""
    put(films, "Film.mkv")
    put(films, "Film.nfo", FILM)

    async def asked():
        async with _opened(films, "no.such.module", retry_s=0.05) as (library, descriptions):
            (movie,) = await library.movies()
            with pytest.raises(WorkerFailed):
                await descriptions.whole(movie)
            assert descriptions.of(movie) == (UNKNOWN, UNKNOWN)
            descriptions._worker._module = WORKER
            await _described(library, descriptions, lambda movies: _titles(movies) == ["The Film"])

    asyncio.run(asked())


def test_a_worker_that_was_taken_over_gives_no_description(films):
    put(films, "Film.mkv")
    put(films, "Film.nfo", FILM)

    async def asked():
        async with _opened(films, "tests.services.lying_worker") as (library, descriptions):
            (movie,) = await library.movies()
            with pytest.raises(WorkerFailed):
                await descriptions.whole(movie)

    asyncio.run(asked())


def test_nothing_is_read_where_nothing_can_be(films):
    put(films, "Film.mkv")
    put(films, "Film.nfo", FILM)

    async def asked():
        async with _opened(films) as (library, _):
            descriptions = Descriptions(library, None, None, reads=False)
            movies = await library.movies()
            await descriptions.examine(movies)
            await descriptions.recall(60.0)
            return descriptions.of(movies[0]), await descriptions.whole(movies[0])

    assert asyncio.run(asked()) == ((UNKNOWN, UNKNOWN), ({}, {}))


def test_the_cache_keeps_what_is_said_of_films_in_the_library(films):
    """The catalogue tells it which versions are in use."""
    put(films, "Film.mkv")
    put(films, "Film.nfo", FILM)
    used = []

    class Noted(Cache):
        def know(self, versions, last):
            used.extend(versions)

        sweep = know

    async def asked():
        async with _opened(films) as (library, _):
            movies = await library.movies()
            cache = Noted(films.parent / "other cache")
            catalogue = Catalogue(None, cache, None, examines=True)
            await catalogue.examine(movies)
            await catalogue.recall(60.0)
            while not used:
                await asyncio.sleep(0.01)
            await catalogue.close()
            cache.close()
            return movies

    (movie,) = asyncio.run(asked())
    assert movie.nfo.version in used
