"""What of a film decides by which way browsers play it.

Tested by tests/services/ways/test_remedies.py.
"""

from services.media.details import Details
from services.media.measures import Measures
from services.packaging.offered import Conversions
from services.packaging.prospects import looks_packageable
from services.ways.ways import Film


def film_of(details: Details, file_bytes: int, conversions: Conversions, measures: Measures | None = None) -> Film:
    """``conversions`` are the server's. The details are those of a film that is known. Without ``measures`` it
    is not known where the index is."""
    sounds = details.get("audio", [])
    looks_fit = looks_packageable(details, conversions.pictures)
    return Film(
        details["container"],
        details["video"]["codec"] if "video" in details else None,
        tuple(track["codec"] for track in sounds),
        next((number for number, track in enumerate(sounds) if track.get("default")), 0),
        details.get("index_bytes", 0),
        file_bytes,
        has_segments=looks_fit and not (measures and "no_segments" in measures),
        converts=conversions.sound and looks_fit,
        converts_picture=conversions.pictures and looks_fit,
        is_behind=measures is not None and details["container"] in ("mp4", "mov") and measures["index"] == "behind",
    )
