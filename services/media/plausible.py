"""Checks of details that come from a worker or from the cache, against what our own probe can find.

A film may take the worker over, and a worker wrote what is in the cache. So details are passed on only if every field,
type, number and character is one that a probe can give.
"""

from typing import Any, cast

from services.media import details as limits
from services.media.checks import like, number, record, several, whole
from services.media.description import is_description
from services.media.details import NO_FILM, UNREADABLE, Details, media_type_of


def plausible_details(value: object) -> Details:
    """``value`` as the details of a film. Raises ValueError if no probe can give them."""
    if not _IS_KNOWN(value):
        raise ValueError("these are no details of a film")
    details = cast(Details, value)
    keys = [track["key"] for track in [*details.get("subtitles", []), *details.get("image_subtitles", [])]]
    if len(set(keys)) < len(keys):
        raise ValueError("two subtitles have one key")
    if not ("video" in details or "audio" in details) or details.get("type") != media_type_of(details):
        raise ValueError("the media type is not that of the tracks")
    return details


def kept_details(value: object) -> Details | None:
    """``value`` as details from the cache. None: they cannot have been kept there by a probe."""
    for verdict in (UNREADABLE, NO_FILM):
        if value == verdict:
            return verdict
    try:
        return plausible_details(value)
    except ValueError:
        return None


def _true(value: Any) -> bool:
    return value is True


# No control characters, which terminals act on, and no surrogates, which cannot be encoded.
_text = like(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+", limits.MAX_TEXT)
_codec = like(r"[A-Za-z0-9_.-]+", limits.MAX_TAG)
_language = like(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*", limits.MAX_TAG)
_label = {"language": _language, "label": _text, "default": _true}

_subtitles = several(
    record(
        {"key": like(r"t(0|[1-9][0-9]*)", 5)},
        {"forced": _true, "hearing_impaired": _true, "styled": _true, **_label},
    ),
    limits.MAX_TRACKS,
)

_IS_KNOWN = record(
    {
        "state": lambda value: value == "known",
        "container": lambda value: isinstance(value, str) and value in limits.MEDIA_TYPES,
        "type": lambda value: isinstance(value, str),  # see plausible_details
    },
    {
        "duration": number(limits.MAX_TIME_S),
        "unindexed": _true,
        "index_bytes": whole(0, limits.MAX_BYTES),
        "tags": is_description,
        "video": record(
            {
                "codec": _codec,
                "name": _text,
                "width": whole(0, limits.MAX_SIDE),
                "height": whole(0, limits.MAX_SIDE),
            },
            {
                "frame_rate": number(limits.MAX_FRAME_RATE),
                "bit_depth": whole(1, 64),
                "hdr": _true,
                "open_gop": _true,
            },
        ),
        "audio": several(
            record(
                {"codec": _codec, "name": _text},
                {
                    "stream": whole(0, limits.MAX_STREAM),
                    "channels": whole(1, limits.MAX_CHANNELS),
                    "commentary": _true,
                    "described": _true,
                    "hearing_impaired": _true,
                    **_label,
                },
            ),
            limits.MAX_TRACKS,
        ),
        "subtitles": _subtitles,
        "has_cover": _true,
        "image_subtitles": _subtitles,
        "chapters": several(record({"start": number(limits.MAX_TIME_S)}, {"title": _text}), limits.MAX_CHAPTERS),
    },
)
