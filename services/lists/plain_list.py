"""The library as a page of links, for browsers without JavaScript.

Tested by tests/handlers/test_plain_list.py.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from services.document import Document
from services.library import Movie
from services.lists.movie_json import movie_url, readable
from services.media.details import Details
from services.storage.memory import Pieces
from services.threads import unhurried

_HEAD = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Films</title>
<h1>Films</h1>
"""
_NONE = b"<p>No films yet.</p>\n"
_PLAYLIST = b'<p><a href="playlist.m3u">All as a playlist</a></p>\n'


def plain_list(films: Iterable[tuple[Movie, bytes]]) -> Document:
    """The page of ``films``, each with its ``item``, under a heading for each folder. Links are relative, so a proxy
    may serve it below any path. Takes time in proportion to the films: call it in a thread."""
    shelves: dict[str, list[bytes]] = {}
    for movie, its_item in unhurried(films):
        shelves.setdefault(movie.path.rpartition("/")[0], []).append(its_item)
    entries: list[tuple[bytes, bytes]] = [(b"", _PLAYLIST if shelves else _NONE)]
    for folder, items in shelves.items():
        entries.append((_heading(folder), b"<ul>\n"))
        entries += ((b"", its_item) for its_item in items)
        entries.append((b"", b"</ul>\n"))
    pieces = Pieces(_HEAD, entries, datetime.now(UTC).replace(microsecond=0))
    return Document.of_pieces(pieces, "text/html; charset=utf-8")


def item(movie: Movie, details: Details) -> bytes:
    """One movie's link."""
    return f'<li><a href="{movie_url("videos", movie)[1:]}">{escape(movie.in_words)}</a>\n'.encode()


def _heading(folder: str) -> bytes:
    return f"<h2>{escape(readable(folder).replace('/', ' / '))}</h2>\n".encode() if folder else b""
