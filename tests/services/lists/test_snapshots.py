import asyncio
from contextlib import contextmanager

import pytest

from services.catalogue import Catalogue
from services.descriptions import Descriptions
from services.errors import RepresentationChanged
from services.library import Library, LibraryTiming
from services.lists.movie_json import movie_json, movies_json
from services.lists.plain_list import plain_list
from services.lists.playlist import Playlists
from services.lists.snapshots import KEPT_BYTES, Snapshots
from services.storage.local.folder import Folder
from services.threads import Threads
from tests.films import put
from tests.sources import whole
from tests.turns import busy_ms_at_a_time


@contextmanager
def _listed(films, kept_bytes=KEPT_BYTES):
    """The snapshots of a folder as JSON, in which every change is seen at once; with what was made, in order: a path
    for an entry, a number for a snapshot."""
    made = []
    folder = Folder(films)

    def entry(movie, details):
        made.append(movie.path)
        return movie_json(movie, details, converts=False)

    def shown(entries):
        made.append(len(entries))
        return movies_json(entries)

    # Nothing is looked into, so the worker, the cache and the pictures are never asked.
    threads = Threads("snapshots", most=1)
    library, catalogue = Library(folder, LibraryTiming(0.0, 0, patience_s=60.0)), Catalogue(None, None, None, False)
    descriptions = Descriptions(None, None, None, reads=False)
    yield Snapshots(library, catalogue, descriptions, threads, entry, shown, kept_bytes), made
    threads.close()
    folder.close()


async def _newer(listed, snapshot):
    """The one after this, once what has come to the folder is seen."""
    while (newer := await listed.newest()) is snapshot:
        await asyncio.sleep(0.05)
    return newer


def test_all_who_ask_at_the_same_time_get_one_snapshot(films):
    put(films, "a.mp4")
    with _listed(films) as (listed, made):

        async def asked():
            return await asyncio.gather(*(listed.newest() for _ in range(50)))

        snapshots = asyncio.run(asked())
    assert len(snapshots) == 50
    assert len(set(map(id, snapshots))) == 1
    assert made == ["a.mp4", 1]


def test_films_that_did_not_change_are_not_made_again(films):
    put(films, "a.mp4")
    put(films, "b.mp4")
    with _listed(films) as (listed, made):

        async def asked():
            first = await listed.newest()
            put(films, "new/b.mp4", b"changed").rename(films / "b.mp4")
            await _newer(listed, first)

        asyncio.run(asked())
    assert made == ["a.mp4", "b.mp4", 2, "b.mp4", 2]


@pytest.mark.parametrize(
    ("kept_bytes", "made", "forgotten"),
    [(0, 4, 2), (KEPT_BYTES, 5, 0), (KEPT_BYTES, 18, 2)],
    ids=["without room, all but two", "with room, none", "of more than sixteen, the oldest"],
)
def test_old_snapshots_are_forgotten(films, kept_bytes, made, forgotten):
    with _listed(films, kept_bytes) as (listed, _):

        async def asked():
            readers, snapshot = [], None
            for number in range(made):
                put(films, f"{number}.mp4")
                snapshot = await _newer(listed, snapshot)
                readers.append(snapshot.selected(None))
            for reader in readers[:forgotten]:
                with pytest.raises(RepresentationChanged):
                    await reader.read(20, 5)
            return [await whole(reader) for reader in readers[forgotten:]]

        contents = asyncio.run(asked())
    assert [content.count(b'"path"') for content in contents] == list(range(forgotten + 1, made + 1))


@pytest.mark.parametrize(
    ("shown", "entry"),
    [(movies_json, b"{}"), (plain_list, b"<li>"), (Playlists, (b"#EXTINF:-1,a\n", b"/videos/a.mp4\n"))],
)
def test_a_snapshot_of_many_films_is_made_with_pauses_for_the_event_loop(films, shown, entry):
    put(films, "a.mp4")
    threads = Threads("snapshots", most=1)
    folder = Folder(films)

    async def asked():
        (movie,) = await Library(folder).movies()
        return await threads.ask(busy_ms_at_a_time, lambda: shown([(movie, entry)] * 20_000))

    assert asyncio.run(asked()) < 5
    threads.close()
    folder.close()
