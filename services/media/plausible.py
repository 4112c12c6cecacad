"""Checks of details that come from a worker or from the cache, against what our own probe can find.

A film may take the worker over, and a worker wrote what is in the cache. So details are passed on only if every field,
type, number and character is one that a probe can give.
"""

import re
from collections.abc import Callable
from typing import Any, cast

from services.media import details as limits
from services.media.details import NO_FILM, UNREADABLE, Details, media_type_of

_Check = Callable[[Any], bool]


def plausible_details(value: object) -> Details:
    """``value`` as the details of a film. Raises ValueError if no probe can give them."""
    if not _IS_KNOWN(value):
        raise ValueError("these are no details of a film")
    details = cast(Details, value)
    keys = [track["key"] for track in details.get("subtitles", [])]
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


def _record(required: dict[str, _Check], optional: dict[str, _Check]) -> _Check:
    """Checks for an object with these fields and no others."""
    fields = required | optional

    def check(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and required.keys() <= value.keys() <= fields.keys()
            and all(fields[name](each) for name, each in value.items())
        )

    return check


def _several(check: _Check, most: int) -> _Check:
    return lambda value: isinstance(value, list) and 0 < len(value) <= most and all(map(check, value))


def _whole(least: int, most: int) -> _Check:
    return lambda value: type(value) is int and least <= value <= most


def _number(most: float) -> _Check:
    return lambda value: type(value) in (int, float) and 0 <= value <= most  # false for NaN


def _like(pattern: str, most: int) -> _Check:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and len(value) <= most and compiled.fullmatch(value) is not None


def _true(value: Any) -> bool:
    return value is True


# No control characters, which terminals act on, and no surrogates, which cannot be encoded.
_text = _like(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+", limits.MAX_TEXT)
_codec = _like(r"[A-Za-z0-9_.-]+", limits.MAX_TAG)
_language = _like(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*", limits.MAX_TAG)
_label = {"language": _language, "label": _text, "default": _true}

_IS_KNOWN = _record(
    {
        "state": lambda value: value == "known",
        "container": lambda value: isinstance(value, str) and value in limits.MEDIA_TYPES,
        "type": lambda value: isinstance(value, str),  # see plausible_details
    },
    {
        "duration": _number(limits.MAX_TIME_S),
        "unindexed": _true,
        "index_bytes": _whole(0, limits.MAX_BYTES),
        "video": _record(
            {
                "codec": _codec,
                "name": _text,
                "width": _whole(0, limits.MAX_SIDE),
                "height": _whole(0, limits.MAX_SIDE),
            },
            {
                "frame_rate": _number(limits.MAX_FRAME_RATE),
                "bit_depth": _whole(1, 64),
                "hdr": _true,
                "open_gop": _true,
            },
        ),
        "audio": _several(
            _record({"codec": _codec, "name": _text}, {"channels": _whole(1, limits.MAX_CHANNELS), **_label}),
            limits.MAX_TRACKS,
        ),
        "subtitles": _several(
            _record(
                {"key": _like(r"t(0|[1-9][0-9]*)", 5)},
                {"forced": _true, "hearing_impaired": _true, **_label},
            ),
            limits.MAX_TRACKS,
        ),
        "has_cover": _true,
        "image_subtitles": _several(_language, limits.MAX_TRACKS),
        "chapters": _several(_record({"start": _number(limits.MAX_TIME_S)}, {"title": _text}), limits.MAX_CHAPTERS),
    },
)
