"""The library as a page of links, for browsers without JavaScript."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from itertools import starmap

from services.library import Movie
from services.media.details import Details
from services.movie_json import movie_url, readable
from services.site import Document

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Films</title>
<h1>Films</h1>
"""
_NONE = "<p>No films yet.</p>\n"
_PLAYLIST = '<p><a href="playlist.m3u">All as a playlist</a></p>\n'


def plain_list(films: Iterable[tuple[Movie, Details]]) -> Document:
    """The page; its links are relative, so that it may lie anywhere. Takes time: not for the event loop."""
    shelves: dict[str, list[Movie]] = {}
    for movie, _ in films:
        shelves.setdefault(movie.path.rpartition("/")[0], []).append(movie)
    page = _HEAD + (_PLAYLIST + "".join(starmap(_shelf, shelves.items())) if shelves else _NONE)
    return Document.of(page.encode(), "text/html; charset=utf-8", datetime.now(UTC).replace(microsecond=0))


def _shelf(folder: str, movies: list[Movie]) -> str:
    heading = f"<h2>{escape(readable(folder).replace('/', ' / '))}</h2>\n" if folder else ""
    items = [f'<li><a href="{movie_url("videos", movie)[1:]}">{escape(movie.name.in_words)}</a>\n' for movie in movies]
    return f"{heading}<ul>\n{''.join(items)}</ul>\n"
