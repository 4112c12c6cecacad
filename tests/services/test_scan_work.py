"""How the work of a scan grows: with the number of files, not with its square. What Python executes is counted, so that
no machine is too busy for it."""

import asyncio
import sys
import threading
from contextlib import contextmanager

import pytest

from services.library import Library
from services.media.names.extras import films_of_extras
from services.media.names.film_name import film_name
from services.media.names.sidecars import sidecars
from services.media.names.versions import versions
from services.storage.local.folder import Folder
from tests.films import put

MORE_THAN_TWICE = 2.3  # a quadratic part of any weight comes near to 4


class _Work:
    steps = 0


@contextmanager
def _counted():
    work = _Work()

    def trace(frame, event, argument):
        frame.f_trace_opcodes = True
        work.steps += event == "opcode"
        return trace

    threading.settrace(trace)
    sys.settrace(trace)
    try:
        yield work
    finally:
        sys.settrace(None)
        threading.settrace(None)


@pytest.mark.parametrize(
    ("film", "other"),
    [
        ("Film {}.mkv", "Film {}-trailer.mkv"),
        ("Film.{}.mkv", "trailers/Film.{}.mkv"),
        ("Film {}.mkv", "Film {}.en.srt"),
        ("Film {}.mkv", "Subs/Film {}.en.srt"),
        ("Film {}.mkv", "Subs/Film {}/English.srt"),
        ("Film {}.mkv", "Film {}-poster.jpg"),
        ("Film {}.mkv", "poster {}.jpg"),
        ("Film {}.mkv", "Film {}.nfo"),
        ("Film {}/Film.mkv", "Film {}/fanart.jpg"),
        ("Show {0}/Show S01E{0}.mkv", "Show {0}/tvshow.nfo"),
        ("Show/S01E{}.mkv", "Show/tvshow.nfo"),
        ("Show/{0}/S01E{0}.mkv", "Show/{0}/poster.jpg"),
        ("Film {}.mkv", "{}/Film.srt"),
        ("Film {}/Film.mkv", "Film {}/trailers/Film.mkv"),
        ("Film {}/Film.mkv", "Film {}/Film.idx"),
        ("Film {} 720p.mkv", "Film {} 1080p.mkv"),
        ("Film 720p-{}.mkv", "Film.{}.srt"),
        ("Film {}/Film.mkv", "Film {}/Film 4K.mkv"),
    ],
)
def test_what_stands_beside_films_takes_twice_the_work_for_twice_the_films(film, other):
    def work(count):
        paths = [pattern.format(number) for number in range(count) for pattern in (film, other)]
        names = {path: film_name(path) for path in paths if path.endswith(".mkv")}
        others = [path for path in paths if path not in names]
        with _counted() as counted:
            sidecars(names, versions(names), others)
            films_of_extras(names)
        return counted.steps

    assert work(200) < MORE_THAN_TWICE * work(100)


@pytest.mark.parametrize(
    "pattern", ["Film {}.mkv", "Film {}.jpg", "Film {}.mkv.part", "{}/Film.mkv", "link {}", "folder link {}"]
)
def test_a_folder_takes_twice_the_work_for_twice_the_files(tmp_path, pattern):
    put(tmp_path, "0/target.mkv")

    def work(count):
        for number in range(count):
            path = tmp_path / pattern.format(number)
            if "link" in pattern:
                path.unlink(missing_ok=True)
                path.symlink_to("0" if "folder" in pattern else "0/target.mkv")
            else:
                put(tmp_path, pattern.format(number))
        folder = Folder(tmp_path)
        library = Library(folder)
        with _counted() as counted:
            asyncio.run(library.movies())
        folder.close()
        library.close()
        return counted.steps

    first = work(60)
    assert work(120) < MORE_THAN_TWICE * first
