"""Films as a playlist that any player opens: extended M3U, in UTF-8."""

from collections.abc import Iterable

from services.library import Movie
from services.media.details import Details
from services.movie_json import movie_url


def m3u(films: Iterable[tuple[Movie, Details]], origin: str) -> str:
    """The playlist of ``films``. ``origin`` is where this server is for who asks: "http://127.0.0.1:8000"."""
    entries = [
        # Names hold no line breaks, so that no file can add an entry.
        f"#EXTINF:{round(details.get('duration', -1))},{movie.name.in_words}\n{origin}{movie_url('videos', movie)}\n"
        for movie, details in films
    ]
    return "".join(["#EXTM3U\n", *entries])
