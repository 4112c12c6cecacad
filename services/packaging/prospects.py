"""Whether a film looks as if it could be packaged, by what a probe tells of it. Its own bytes have the last word.

Tested by tests/services/lists/test_movie_json.py.
"""

from services.media.details import Details
from services.packaging.conversion import DEMUXED, is_converted
from services.packaging.picture_conversion import is_converted_picture

_CONTAINERS = frozenset({"matroska", "mov", "mp4", "webm"})
_REMUXED = frozenset({"asf", "avi", "flv", "mpeg", "mpegts"})
_PICTURES_REMUXED = ("av01.", "avc1.", "hev1.", "hvc1.", "vp09.")
_PICTURES = ("avc1.", "avc3.", "hvc1.", "hev1.", "av01.", "vp09.", "dvh1.", "dvhe.")
_SOUNDS = ("mp4a.", "opus", "flac", "ac-3", "dtsc", "ec-3", "mp3")


def is_put_together(details: Details, converts_pictures: bool) -> bool:
    """Whether a worker looks for all key frames of the film before its first segment can be sent (remux/)."""
    return details.get("container") in _REMUXED and looks_packageable(details, converts_pictures)


def looks_packageable(details: Details, converts_pictures: bool) -> bool:
    """Whether the container is read, and its picture, or else any of its sounds, may be in MP4; ``converts_pictures``:
    or what the picture is converted to."""
    if "video" in details and converts_pictures and is_converted_picture(details["video"]["codec"]):
        return details.get("container") in _CONTAINERS | _REMUXED
    if details.get("container") in _REMUXED:
        return "video" in details and details["video"]["codec"].startswith(_PICTURES_REMUXED)
    if details.get("container") not in _CONTAINERS:
        return False
    if video := details.get("video"):
        return video["codec"].startswith(_PICTURES)
    return any(track["codec"].lower().startswith(_SOUNDS) for track in details.get("audio", []))


def looks_convertible(codec: str, container: str) -> bool:
    """Whether sound of the codec can be converted that is in a film of the container."""
    return is_converted(codec) and (container in _REMUXED or codec not in DEMUXED)
