"""What can be known of a film by looking into it, in the shape in which it is kept and sent: JSON.

What is not known is absent. Times are in seconds, languages tags of BCP 47 in their shortest form, codecs strings of
RFC 6381.
"""

from typing import Literal, NotRequired, TypedDict


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


class Details(TypedDict):
    """``type`` is the media type with the codecs of the first video and audio track, for canPlayType.

    ``has_poster``: one was made of the film.
    """

    state: Literal["pending", "known", "unreadable", "unexamined"]
    container: NotRequired[str]
    type: NotRequired[str]
    duration: NotRequired[float]
    video: NotRequired[Video]
    audio: NotRequired[list[Audio]]
    subtitles: NotRequired[list[EmbeddedSubtitles]]
    image_subtitles: NotRequired[list[str]]
    chapters: NotRequired[list[Chapter]]
    has_poster: NotRequired[bool]


PENDING: Details = {"state": "pending"}
UNREADABLE: Details = {"state": "unreadable"}
UNEXAMINED: Details = {"state": "unexamined"}
