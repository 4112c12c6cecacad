"""What a player has to know of a packaged film before it asks for segments, as JSON."""

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from services.packaging.film_index import FilmIndex, Track
from services.packaging.picture_conversion import ConvertedPicture


def index_json(index: FilmIndex) -> bytes:
    """Times are in seconds. What is empty or not known is absent. Tracks that are cut elsewhere have cuts of their
    own."""
    fields = {
        "duration": round(index.duration_s, 3),
        "delay": round(index.delay_s, 6),
        "cuts": _rounded(index.cuts),
        "tracks": [*map(_track, _in_any_size(index.tracks))],
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _in_any_size(tracks: Sequence[Track]) -> Iterator[Track]:
    """Of converted pictures the largest, which stands for all sizes."""
    for track, following in zip_longest(tracks, tracks[1:]):
        if not (isinstance(track, ConvertedPicture) and isinstance(following, ConvertedPicture)):
            yield track


def _rounded(cuts: Sequence[float]) -> list[float]:
    return [round(cut_s, 6) for cut_s in cuts]


def _track(track: Track) -> dict[str, Any]:
    fields = {
        "name": track.name_of_any if isinstance(track, ConvertedPicture) else track.name,
        "type": f'{track.kind}/mp4; codecs="{track.codec}"',
        "language": track.language,
        "label": track.label,
        "default": track.is_default,
        "width": track.width,
        "height": track.height,
        "channels": track.channels,
        "bytes_per_s": track.bytes_per_s,
        "cuts": _rounded(track.cuts) if isinstance(track, ConvertedPicture) else [],
    }
    return {field: value for field, value in fields.items() if value}
