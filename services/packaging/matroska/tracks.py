"""The tracks of a Matroska film as its TrackEntry elements describe them (RFC 9559 §5.1.4).

Tested by tests/services/packaging/matroska/test_index.py.
"""

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from services.media.details import MAX_TEXT
from services.media.languages import language_tag
from services.packaging.matroska.compression import Compression, compression
from services.packaging.matroska.ebml import children, fields, floating, text, unsigned

_TRACK_ENTRY, _TRACK_NUMBER, _TRACK_TYPE, _ENABLED, _DEFAULT = 0xAE, 0xD7, 0x83, 0xB9, 0x88
_DEFAULT_DURATION, _NAME, _LANGUAGE, _LANGUAGE_BCP47 = 0x23E383, 0x536E, 0x22B59C, 0x22B59D
_CODEC_ID, _CODEC_PRIVATE, _CODEC_DELAY, _CONTENT_ENCODINGS = 0x86, 0x63A2, 0x56AA, 0x6D80
_VIDEO, _PIXEL_WIDTH, _PIXEL_HEIGHT = 0xE0, 0xB0, 0xBA
_CROPS_ACROSS, _CROPS_DOWN = (0x54CC, 0x54DD), (0x54BB, 0x54AA)
_DISPLAY_WIDTH, _DISPLAY_HEIGHT, _DISPLAY_UNIT, _UNIT_UNKNOWN = 0x54B0, 0x54BA, 0x54B2, 4
_PROJECTION, _PROJECTION_TYPE, _ROLL = 0x7670, 0x7671, 0x7675
_COLOUR, _MASTERING = 0x55B0, 0x55D0
_AUDIO, _SAMPLING_FREQUENCY, _CHANNELS, _BIT_DEPTH = 0xE1, 0xB5, 0x9F, 0x6264

_BLOCK_ADDITION_MAPPING, _ADDITION_TYPE, _ADDITION_EXTRA_DATA = 0x41E4, 0x41E7, 0x41ED
_DOLBY_VISION = frozenset(int.from_bytes(name) for name in (b"dvcC", b"dvvC"))

_KINDS: dict[int, Literal["video", "audio"]] = {1: "video", 2: "audio"}
_STREAM_TYPES = frozenset({1, 2, 17, 33})  # video, audio, subtitles, metadata: those that FFmpeg counts as streams
_MOST_CONFIGURATION_BYTES = 32 * 1024
_MOST_FRAME_NS = 10**10
_MOST_DELAY_NS = 10**9
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Colour:
    """Numbers of ISO/IEC 23091-2, and what HDR says of the mastering display (§5.1.4.1.28.17 to §5.1.4.1.28.40).

    ``mastering``: x and y of red, green, blue and white, and the most and the least luminance in cd/m²; empty: not
    known. ``light``: MaxCLL and MaxFALL in cd/m²."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    is_full_range: bool = False
    mastering: tuple[float, ...] = ()
    light: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class TrackEntry:
    """A video or audio track. ``stream`` is its number among the streams of the file, from 0; ``number`` is what its
    blocks call it. Sides of pixels that are not square have the proportion ``pixel_aspect``, width to height."""

    stream: int
    number: int
    kind: Literal["video", "audio"]
    codec_id: str
    configuration: bytes
    compression: Compression | None  # of its frames; None: they cannot be read
    language: str
    label: str
    is_default: bool
    frame_ns: int
    codec_delay_ns: int
    width: int = 0
    height: int = 0
    pixel_aspect: tuple[int, int] = (1, 1)
    matrix: bytes = b""
    dolby_vision: bytes = b""  # the content of "dvcC" or "dvvC"
    colour: Colour = Colour()
    sampling_frequency: float = 0.0
    channels: int = 0
    bit_depth: int = 0


def track_entries(data: bytes, start: int, stop: int) -> Iterator[TrackEntry]:
    """The enabled video and audio tracks in the content of a Tracks element."""
    stream = 0
    for element in children(data, start, stop):
        if element.id != _TRACK_ENTRY or element.stop is None:
            continue
        found = fields(data, element.start, element.stop)
        kind = unsigned(found.get(_TRACK_TYPE))
        if kind in _KINDS and unsigned(found.get(_ENABLED), 1):
            yield _track_entry(stream, _KINDS[kind], found)
        stream += kind in _STREAM_TYPES


def _track_entry(stream: int, kind: Literal["video", "audio"], found: dict[int, bytes]) -> TrackEntry:
    video = _fields_of(found.get(_VIDEO))
    audio = _fields_of(found.get(_AUDIO))
    width, height = unsigned(video.get(_PIXEL_WIDTH)), unsigned(video.get(_PIXEL_HEIGHT))
    frequency = floating(audio.get(_SAMPLING_FREQUENCY), 8000.0)
    return TrackEntry(
        stream=stream,
        number=unsigned(found.get(_TRACK_NUMBER)),
        kind=kind,
        codec_id=text(found.get(_CODEC_ID)),
        configuration=found.get(_CODEC_PRIVATE, b"")[:_MOST_CONFIGURATION_BYTES],
        compression=compression(found.get(_CONTENT_ENCODINGS)),
        # §5.1.4.1.20: without either, the language is English.
        language=language_tag(text(found.get(_LANGUAGE_BCP47)) or text(found.get(_LANGUAGE), "eng")) or "",
        label=" ".join(_CONTROL_CHARACTERS.sub(" ", text(found.get(_NAME))).split())[:MAX_TEXT],
        is_default=bool(unsigned(found.get(_DEFAULT), 1)),
        frame_ns=_plausible(unsigned(found.get(_DEFAULT_DURATION)), _MOST_FRAME_NS),
        codec_delay_ns=_plausible(unsigned(found.get(_CODEC_DELAY)), _MOST_DELAY_NS),
        width=width,
        height=height,
        pixel_aspect=_pixel_aspect(video, width, height),
        matrix=_matrix(_fields_of(video.get(_PROJECTION))),
        dolby_vision=_dolby_vision(found.get(_BLOCK_ADDITION_MAPPING)),
        colour=_colour(_fields_of(video.get(_COLOUR))),
        sampling_frequency=frequency if math.isfinite(frequency) and 0 < frequency < 1_000_000 else 0.0,
        channels=min(unsigned(audio.get(_CHANNELS), 1), 255),
        bit_depth=unsigned(audio.get(_BIT_DEPTH)),
    )


def _plausible(number: int, most: int) -> int:
    """0: this cannot be, so it is as if it was not told."""
    return number if number <= most else 0


def _fields_of(content: bytes | None) -> dict[int, bytes]:
    return fields(content, 0, len(content)) if content else {}


def _pixel_aspect(video: dict[int, bytes], width: int, height: int) -> tuple[int, int]:
    """§11.1: DisplayWidth and DisplayHeight, of whatever unit, are the sides of the picture that is left when its
    edges are cropped."""
    shown_width = width - sum(unsigned(video.get(name)) for name in _CROPS_ACROSS)
    shown_height = height - sum(unsigned(video.get(name)) for name in _CROPS_DOWN)
    display_width, display_height = unsigned(video.get(_DISPLAY_WIDTH)), unsigned(video.get(_DISPLAY_HEIGHT))
    is_known = unsigned(video.get(_DISPLAY_UNIT)) != _UNIT_UNKNOWN and display_width and display_height
    if not is_known or shown_width <= 0 or shown_height <= 0:
        return 1, 1
    across, down = display_width * shown_height, display_height * shown_width
    # Sides in whole pixels: a proportion that is a pixel off is that of square pixels.
    if abs(across / down - 1) * max(shown_width, shown_height) < 1:
        return 1, 1
    divisor = math.gcd(across, down)
    across, down = across // divisor, down // divisor
    is_plausible = 0.1 < across / down < 10 and max(across, down) < 2**32
    return (across, down) if is_plausible else (1, 1)


def _matrix(projection: dict[int, bytes]) -> bytes:
    """The matrix of ISO/IEC 14496-12 §8.3.2 for a picture that is turned by a quarter, half or three quarters.
    ProjectionPoseRoll counts in degrees against the clock (§5.1.4.1.28.46)."""
    roll = floating(projection.get(_ROLL))
    if unsigned(projection.get(_PROJECTION_TYPE)) or not math.isfinite(roll) or roll % 90:
        return b""
    turn = {90: (0, -1, 1, 0), 180: (-1, 0, 0, -1), 270: (0, 1, -1, 0)}.get(int(roll % 360))
    if turn is None:
        return b""
    a, b, c, d = (each << 16 for each in turn)
    return struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)


def _dolby_vision(mapping: bytes | None) -> bytes:
    """§5.1.4.1.17: the type of what is added to blocks, and its configuration."""
    told = _fields_of(mapping)
    return told.get(_ADDITION_EXTRA_DATA, b"")[:64] if unsigned(told.get(_ADDITION_TYPE)) in _DOLBY_VISION else b""


def _colour(found: dict[int, bytes]) -> Colour:
    mastering = _fields_of(found.get(_MASTERING))
    numbers = tuple(floating(mastering.get(name)) for name in range(0x55D1, 0x55DB))
    is_whole = all(name in mastering for name in range(0x55D1, 0x55DB)) and all(
        math.isfinite(number) and 0 <= number <= 10_000 for number in numbers
    )
    primaries, transfer, matrix = (
        number if (number := unsigned(found.get(name), 2)) < 256 else 2 for name in (0x55BB, 0x55BA, 0x55B1)
    )
    return Colour(
        primaries=primaries,
        transfer=transfer,
        matrix=matrix,
        is_full_range=unsigned(found.get(0x55B9)) == 2,
        mastering=numbers if is_whole else (),
        light=(min(unsigned(found.get(0x55BC)), 0xFFFF), min(unsigned(found.get(0x55BD)), 0xFFFF)),
    )
