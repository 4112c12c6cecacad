"""A worker that a film has taken over, which sends details to attack the page."""

from pathlib import Path

from services.media.worker.main import main
from services.packaging.faststart.head import FilmHead
from services.packaging.film_index import FilmIndex, PackagedFilm, Samples, Track
from services.packaging.kept.head_file import head_file
from services.packaging.kept.index_file import index_file


def probe(film):
    return {
        "state": "known",
        "container": "mp4",
        "type": 'video/mp4; codecs="avc1.640028"',
        "video": {"codec": "avc1.640028", "name": "H.264", "width": 1, "height": 1},
        "poster": "https://evil.example/pixel.gif",
    }


def index_film(film, target):
    """An index whose segments lie beyond the end of the film, but for the first; or nonsense."""
    if film.read(8) == b"nonsense":
        Path(target).write_bytes(b"\xff" * 1000)
        return
    track = Track(0, "video", "avc1.640028", 1000, b"\0\0\0\x08avc1", width=2, height=2)
    index = FilmIndex(6.0, 0.0, (0.0, 2.0, 4.0), (track,))
    places = ((10, 10), (10**12, 10), (10, 2**31))
    segments = ((Samples(2000 * n, ((at, 1),), (size,), ((1, 2000),)),) for n, (at, size) in enumerate(places))
    Path(target).write_bytes(b"".join(index_file(PackagedFilm(index, segments))))


def head_film(film, target, sound):
    """A head that is to stand before bytes which the film does not have; or nonsense."""
    if sound is not None:
        Path(target).write_bytes(b"\xff" * 1000)
        return
    Path(target).write_bytes(b"".join(head_file(FilmHead(4, 0, 10, 10**12), [b"head"])))


if __name__ == "__main__":
    main({job: __spec__.name for job in ("head_film", "index_film", "probe")})
