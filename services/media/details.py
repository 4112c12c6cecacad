"""What can be known of a film by looking into it, in the shape in which it is kept and sent: JSON.

What is not known is absent. Times are in seconds, languages tags of BCP 47 in their shortest form, codecs strings of
RFC 6381.

Tested by tests/services/media/test_plausible.py.
"""

from typing import Literal, NotRequired, TypedDict

# The media type of each container that films are looked for in. Names are FFmpeg's where they are not for the browser.
MEDIA_TYPES = {
    "asf": "video/x-ms-asf",
    "avi": "video/x-msvideo",
    "flv": "video/x-flv",
    "matroska": "video/x-matroska",
    "mov": "video/mp4",  # which browsers take it for, whatever they say of video/quicktime
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpegts": "video/mp2t",
    "mpegvideo": "video/mpeg",
    "mxf": "application/mxf",
    "ogg": "video/ogg",
    "webm": "video/webm",
}
MAX_TRACKS = 64  # of a kind
MAX_CHAPTERS = 500
MAX_TEXT = 200  # characters of a name
MAX_TAG = 64  # characters of a codec or language
MAX_TIME_S = 366 * 86_400.0  # no film is longer; damaged ones say so
MAX_SIDE = 65_536  # pixels
MAX_FRAME_RATE = 10_000.0
MAX_CHANNELS = 1024


class Video(TypedDict):
    """``name`` is for people ("H.264"); ``width`` and ``height`` as shown, where pixels are not square."""

    codec: str
    name: str
    width: int
    height: int
    frame_rate: NotRequired[float]
    bit_depth: NotRequired[int]
    hdr: NotRequired[bool]
    open_gop: NotRequired[bool]


class Audio(TypedDict):
    codec: str
    name: str
    channels: NotRequired[int]
    language: NotRequired[str]
    label: NotRequired[str]
    default: NotRequired[bool]


class EmbeddedSubtitles(TypedDict):
    """``key`` is "t" and the index of the stream in the file."""

    key: str
    language: NotRequired[str]
    label: NotRequired[str]
    default: NotRequired[bool]
    forced: NotRequired[bool]
    hearing_impaired: NotRequired[bool]


class Chapter(TypedDict):
    start: float
    title: NotRequired[str]


# "archived": its owner has to restore it first; "unavailable": its bytes cannot be read now; "unreadable": it is
# damaged, or no film; "unexamined": this server looks into nothing, or its worker failed over this film; "no film":
# it has the extension of one by chance, and is shown nowhere.
State = Literal["pending", "known", "archived", "unavailable", "unreadable", "unexamined", "no film"]


class Details(TypedDict):
    """``type`` is the media type with the codecs of the first video and audio track, for canPlayType.

    ``has_cover``: the file has a picture of the film that is no part of it. ``has_poster``: one was made of the film.
    ``unindexed``: to seek in it is to read it up to there, and it is long.
    ``next_try``: when it is looked into again ("2026-11-27T14:05:00Z"), where that is planned and not under way.
    """

    state: State
    next_try: NotRequired[str]
    container: NotRequired[str]
    type: NotRequired[str]
    duration: NotRequired[float]
    unindexed: NotRequired[bool]
    video: NotRequired[Video]
    audio: NotRequired[list[Audio]]
    subtitles: NotRequired[list[EmbeddedSubtitles]]
    image_subtitles: NotRequired[list[str]]
    chapters: NotRequired[list[Chapter]]
    has_cover: NotRequired[bool]
    has_poster: NotRequired[bool]


PENDING: Details = {"state": "pending"}
ARCHIVED: Details = {"state": "archived"}
UNAVAILABLE: Details = {"state": "unavailable"}
UNREADABLE: Details = {"state": "unreadable"}
UNEXAMINED: Details = {"state": "unexamined"}
NO_FILM: Details = {"state": "no film"}


def media_type_of(details: Details) -> str:
    """Its ``type``, which follows from the rest."""
    codecs = [details["video"]["codec"]] if "video" in details else []
    codecs += [track["codec"] for track in details.get("audio", [])[:1]]
    return f'{MEDIA_TYPES[details["container"]]}; codecs="{", ".join(codecs)}"'
