"""What would improve a film, as far as its details tell: for the page about it.

Tested by tests/services/lists/test_improvements.py.
"""

from functools import lru_cache

from services.library import Movie
from services.media.details import Audio, Details
from services.packaging.offered import Conversions
from services.ways.film import film_of
from services.ways.remedies import reasons_for
from services.ways.ways import SMALL_INDEX_BYTES, WHOLE_FILE_BYTES

_MOST_KINDS = 2000  # of films, which differ in codecs and the like: a library has some dozens

_Picture = tuple[str, str, bool]
_Sound = tuple[str, str, bool]


def improvements(movie: Movie, details: Details, conversions: Conversions) -> tuple[str, ...]:
    """Sentences. Where the index and the key frames are is not known here, but to services/doctor/."""
    if details.get("state") != "known":
        return ()
    video = details.get("video")
    return _of_kind(
        details["container"],
        (video["codec"], video["name"], video.get("open_gop", False)) if video else None,
        tuple((track["codec"], track["name"], track.get("default", False)) for track in details.get("audio", [])),
        details.get("unindexed", False),
        details.get("index_bytes", 0) > SMALL_INDEX_BYTES,
        movie.size > WHOLE_FILE_BYTES,
        conversions,
    )


@lru_cache(_MOST_KINDS)
def _of_kind(
    container: str,
    picture: _Picture | None,
    sounds: tuple[_Sound, ...],
    is_unindexed: bool,
    has_long_index: bool,
    is_large: bool,
    conversions: Conversions,
) -> tuple[str, ...]:
    """What a film of such details needs: it takes 0.1 ms, and a list has thousands of films of few kinds."""
    details: Details = {"state": "known", "container": container, "audio": [_audio(*sound) for sound in sounds]}
    if picture is not None:
        codec, name, is_open = picture
        details["video"] = {"codec": codec, "name": name, "width": 0, "height": 0, "open_gop": is_open}
    details["unindexed"] = is_unindexed
    details["index_bytes"] = SMALL_INDEX_BYTES + has_long_index
    return reasons_for(details, film_of(details, WHOLE_FILE_BYTES + is_large, conversions))


def _audio(codec: str, name: str, is_default: bool) -> Audio:
    return {"codec": codec, "name": name, "default": is_default}
