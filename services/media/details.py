"""The details of a film: what a probe can find in it, in the JSON shape in which they are cached and sent.

Unknown fields are absent. Times are in seconds, languages are BCP 47 tags in their shortest form, and codecs are
strings of RFC 6381. Not among the details: whether a film is to be shown upright, which would take a decoded frame.

Tested by tests/services/media/test_plausible.py.
"""

from typing import Literal, NotRequired, TypedDict

from services.media.description import Description

# The media type of each container that the worker opens. Containers have FFmpeg's names.
MEDIA_TYPES = {
    "asf": "video/x-ms-asf",
    "avi": "video/x-msvideo",
    "flv": "video/x-flv",
    "matroska": "video/x-matroska",
    "mov": "video/mp4",  # browsers play QuickTime as MP4, though many deny video/quicktime
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpegts": "video/mp2t",
    "mpegvideo": "video/mpeg",
    "mxf": "application/mxf",
    "ogg": "video/ogg",
    "webm": "video/webm",
}
LATE_S = 1.0  # a film that begins earlier than this is taken to begin at 0
MAX_TRACKS = 64  # of a kind
MAX_STREAM = 9999  # number of a track among those of all kinds
MAX_CHAPTERS = 500
MAX_TEXT = 200  # characters of a name
MAX_TAG = 64  # characters of a codec or language
MAX_TIME_S = 366 * 86_400.0  # no film is longer; damaged ones say so
MAX_SIDE = 65_536  # pixels
MAX_FRAME_RATE = 10_000.0
MAX_CHANNELS = 1024
MAX_BYTES = 2**63 - 1


class Video(TypedDict):
    """The video track. ``name`` is for people ("H.264"). ``width`` and ``height`` are in square pixels, as shown.
    ``open_gop``: Chromium may stop after a seek (services/media/worker/open_gop.py)."""

    codec: str
    name: str
    width: int
    height: int
    frame_rate: NotRequired[float]
    bit_depth: NotRequired[int]
    hdr: NotRequired[bool]
    open_gop: NotRequired[bool]


class Audio(TypedDict):
    """An audio track: number ``stream`` of the file, from 0. ``name`` is the codec's, for people; ``label`` is the
    track's own title. ``commentary``: people talk about the film; ``described``: it also tells what is to be seen."""

    codec: str
    name: str
    stream: NotRequired[int]
    channels: NotRequired[int]
    language: NotRequired[str]
    label: NotRequired[str]
    default: NotRequired[bool]
    commentary: NotRequired[bool]
    described: NotRequired[bool]
    hearing_impaired: NotRequired[bool]


class EmbeddedSubtitles(TypedDict):
    """A track of text or pictures. ``key`` is "t" and the index of the stream in the file: "t2". ``styled``: it is
    also there as it was made, in SubStation Alpha."""

    key: str
    language: NotRequired[str]
    label: NotRequired[str]
    default: NotRequired[bool]
    forced: NotRequired[bool]
    hearing_impaired: NotRequired[bool]
    styled: NotRequired[bool]


class Chapter(TypedDict):
    """A chapter from ``start`` to the next one."""

    start: float
    title: NotRequired[str]


# "pending": not looked into yet. "archived": the owner has to restore it first. "unavailable": its bytes cannot be read
# now. "unreadable": it is damaged, or no film. "unexamined": this server looks into nothing, or its worker failed over
# this film. "no film": only its extension is a film's, and no list shows it.
State = Literal["pending", "known", "archived", "unavailable", "unreadable", "unexamined", "no film"]


class Details(TypedDict):
    """The details of one version of a film.

    ``type`` is the media type with the codecs of the first video and audio track, for canPlayType. ``duration`` is in
    seconds. ``image_subtitles`` are the tracks that are pictures. ``has_cover``: the file has a cover picture.
    ``has_poster``: the cache has a poster made of the film. ``unindexed``: the film is large and has no index, so
    seeking means reading it up to that point. ``index_bytes``: how long the index of an MP4 film is, which players read
    before its first frame. ``tags``: what the file says of itself. ``next_try``: when it is looked into again
    ("2026-11-27T14:05:00Z"), if that is planned and not under way.
    """

    state: State
    next_try: NotRequired[str]
    container: NotRequired[str]
    type: NotRequired[str]
    duration: NotRequired[float]
    unindexed: NotRequired[bool]
    index_bytes: NotRequired[int]
    tags: NotRequired[Description]
    video: NotRequired[Video]
    audio: NotRequired[list[Audio]]
    subtitles: NotRequired[list[EmbeddedSubtitles]]
    image_subtitles: NotRequired[list[EmbeddedSubtitles]]
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
    """The value of ``type``, which follows from the other fields. The container must be known."""
    codecs = [details["video"]["codec"]] if "video" in details else []
    codecs += [track["codec"] for track in details.get("audio", [])[:1]]
    return f'{MEDIA_TYPES[details["container"]]}; codecs="{", ".join(codecs)}"'
