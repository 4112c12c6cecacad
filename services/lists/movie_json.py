"""Movies as /api/movies shows them: what their names and the files beside them tell, and the details found in them.

URLs of pictures and subtitles have the entity tag of the file that they are made of (``?v=``). So browsers may keep
them for good, and a change is seen at once.
"""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from services.document import Document
from services.library import Movie, StoredSubtitles
from services.lists.about_json import about_version
from services.lists.improvements import improvements
from services.media.details import Details, EmbeddedSubtitles
from services.media.image_subtitles.part import PART_S
from services.media.names.artwork import SERIES_POSTER
from services.media.storyboard import storyboard
from services.packaging.conversion import CODEC
from services.packaging.offered import NO_CONVERSIONS, Conversions
from services.packaging.picture_conversion import PICTURE_CODEC, is_converted_picture
from services.packaging.prospects import looks_convertible, looks_packageable
from services.packaging.version import packaged_version
from services.storage.memory import Pieces


def movies_json(films: Iterable[tuple[Movie, bytes]]) -> Document:
    """The list of ``films``, each with its ``movie_json`` in a line of its own: the page reads it line by line. Takes
    time in proportion to their number: call it in a thread."""
    entries = [(b",\n" if number else b"\n", entry) for number, (_, entry) in enumerate(films)]
    entries.append((b"", b"\n]}"))
    pieces = Pieces(b'{"movies": [', entries, datetime.now(UTC).replace(microsecond=0))
    return Document.of_pieces(pieces, "application/json")


def movie_json(movie: Movie, details: Details, converts: bool, conversions: Conversions = NO_CONVERSIONS) -> bytes:
    """One movie's entry, in UTF-8. It has the subtitle files beside the movie if this server ``converts`` subtitles.
    ``conversions``: what segments have in another codec, too, as few browsers play it."""
    return json.dumps(_fields(movie, details, converts, conversions), ensure_ascii=False).encode()


def movie_url(resource: str, movie: Movie) -> str:
    """The movie's URL under ``resource``, an absolute path: "/videos/Film.mp4"."""
    return file_url(resource, movie.path)


def file_url(resource: str, path: str) -> str:
    """The URL of the film at ``path`` under ``resource``. Surrogates (PEP 383) become the bytes that they stand for."""
    return f"/{resource}/{quote(os.fsencode(path))}"


def artwork_urls(movie: Movie) -> dict[str, str]:
    """The URLs of the movie's artwork, by kind."""
    url = movie_url("artwork", movie)
    return {kind: f"{url}/{kind}?v={file.entity_tag.in_url}" for kind, file in movie.artwork}


def readable(path: str) -> str:
    """A path for people: bytes that are not UTF-8 show as U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def _key(path: str) -> str:
    """What names one film on the page: its readable path, or else its URL where others may read the same."""
    shown = readable(path)
    return file_url("videos", path) if shown.startswith("/") or "\ufffd" in shown else shown


def _fields(movie: Movie, details: Details, converts: bool, conversions: Conversions) -> dict[str, Any]:
    """The fields of the entry. Unknown ones are absent; URLs are absolute paths on this server."""
    name = movie.name
    fields = {
        "title": name.title,
        "year": name.year,
        "series": name.series,
        "season": name.season,
        "episode": name.episode,
        "aired": name.aired and name.aired.isoformat(),
        "part": name.part,
        "edition": name.edition,
        "extra": name.extra,
        "of": movie.of and _key(movie.of),
        "version_of": movie.version and file_url("videos", movie.version.of),
        "version": movie.version and movie.version.label,
        "genres": list(movie.genres) or None,
        "people": list(movie.people) or None,
        "path": readable(movie.path),
        "url": movie_url("videos", movie),
        "bytes": movie.size,
        "modified": f"{movie.modified:%Y-%m-%dT%H:%M:%SZ}",
        **details,
        "video": _picture(details, conversions),
        "audio": _sounds(details, conversions),
        "subtitles": _subtitles(movie, details, converts) or None,
        "image_subtitles": _image_subtitles(movie, details, converts) or None,
        "has_cover": None,
        "unindexed": None,
        "has_poster": None,
        "tags": None,
        "poster": _poster(movie, details),
        "series_poster": artwork_urls(movie).get(SERIES_POSTER) if movie.artwork else None,
        "about": _about(movie, details, conversions),
        "segments": _segments(movie) if looks_packageable(details, conversions.pictures) else None,
        "thumbnails": storyboard(details) and f"{movie_url('storyboards', movie)}.vtt?v={movie.file.entity_tag.in_url}",
    }
    return {field: value for field, value in fields.items() if value is not None}


def _poster(movie: Movie, details: Details) -> str | None:
    """The URL of the poster: of the picture beside the film, or else of the one that was made of it. None: neither."""
    if movie.poster is None and "has_poster" not in details:
        return None
    return f"{movie_url('posters', movie)}?v={(movie.poster or movie.file).entity_tag.in_url}"


def _about(movie: Movie, details: Details, conversions: Conversions) -> str | None:
    """The URL of what else is said of the film. None: nothing."""
    version = about_version(movie, details, improvements(movie, details, conversions))
    return f"{movie_url('about', movie)}.json?v={version.in_url}" if version else None


def _picture(details: Details, conversions: Conversions) -> dict[str, Any] | None:
    """``converted`` is the codec in which segments have it, too. None: there is none, or it is not known."""
    if "video" not in details:
        return None
    video = details["video"]
    in_segments = conversions.pictures and looks_packageable(details, conversions.pictures)
    return {**video, "converted": PICTURE_CODEC} if in_segments and is_converted_picture(video["codec"]) else {**video}


def _sounds(details: Details, conversions: Conversions) -> list[dict[str, Any]] | None:
    """The sound tracks. ``converted`` is the codec in which segments have it, too. None: not known."""
    if "audio" not in details:
        return None
    in_segments = conversions.sound and looks_packageable(details, conversions.pictures)
    container = details.get("container", "")
    return [
        {**track, "converted": CODEC} if in_segments and looks_convertible(track["codec"], container) else {**track}
        for track in details["audio"]
    ]


def _segments(movie: Movie) -> str:
    return f"{movie_url('segments', movie)}/index.json?v={packaged_version(movie.file.entity_tag).in_url}"


def _subtitles(movie: Movie, details: Details, converts: bool) -> list[dict[str, Any]]:
    """The subtitles beside the film, then those in it."""
    url = movie_url("subtitles", movie)
    beside = [_beside(each, f"{url}/{each.told.key}.vtt") for each in movie.subtitles] if converts else []
    return beside + [_embedded(track, f"{url}/{track['key']}.vtt", movie) for track in details.get("subtitles", [])]


def _image_subtitles(movie: Movie, details: Details, converts: bool) -> list[dict[str, Any]]:
    """The same of those that are pictures. The URL with ``&part=2`` has the third part of ``part_s`` seconds."""
    url = movie_url("subtitles", movie)
    beside = [_beside(each, f"{url}/{each.told.key}.json") for each in movie.image_subtitles] if converts else []
    tracks = details.get("image_subtitles", [])
    embedded = [_embedded(track, f"{url}/{track['key']}.json", movie) for track in tracks]
    return [{**fields, "part_s": PART_S} for fields in beside + embedded]


def _beside(subtitles: StoredSubtitles, url: str) -> dict[str, Any]:
    told = subtitles.told
    fields = {
        "url": f"{url}?v={subtitles.file.entity_tag.in_url}",
        "language": told.language,
        "label": told.label,
        "forced": told.forced,
        "hearing_impaired": told.hearing_impaired,
        "default": told.default,
        "styled": told.is_styled,
    }
    return {field: value for field, value in fields.items() if value}


def _embedded(track: EmbeddedSubtitles, url: str, movie: Movie) -> dict[str, Any]:
    fields = {field: value for field, value in track.items() if field != "key"}
    return {"url": f"{url}?v={movie.file.entity_tag.in_url}", "embedded": True, **fields}
