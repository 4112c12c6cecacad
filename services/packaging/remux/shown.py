"""When pictures are shown of which the film tells only when they are decoded, as AVI does.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from services.packaging.codecs import avc_configuration, hevc_configuration
from services.packaging.codecs.nal_units import units
from services.packaging.codecs.picture_order import PictureOrder, shown_order
from services.packaging.mp4.boxes import child
from services.packaging.remux.samples import Packet

_HEAD_BYTES, _VISUAL_FIELDS_BYTES = 8, 78  # of a sample entry, in front of its boxes (ISO/IEC 14496-12 §12.1.3)
_IDR, _IRAP = 5, range(16, 24)  # types of slices (H.264 table 7-1, H.265 table 7-1)
_CONFIGURATIONS = ((b"avcC", "h264", 4, avc_configuration), (b"hvcC", "hevc", 21, hevc_configuration))


class _Coding(NamedTuple):
    """How the slices of pictures are read."""

    codec: str
    length_size: int
    parameter_sets: Sequence[bytes]


def with_shown_times(packets: Sequence[Packet], sample_entry: bytes, delay: int) -> list[Packet]:
    """The pictures of a segment with the times when they are shown. Those of ``packets`` are only when one of them is
    decoded or shown. They are decoded at these times, and shown ``delay`` later in their own order; where that does not
    leave a picture enough time, it is decoded earlier."""
    times = sorted(packet.decoded for packet in packets)
    for number in range(1, len(times) - 1):
        if times[number] == times[number + 1]:  # FFmpeg gives the time of a pack of MPEG-PS to two
            times[number] = (times[number - 1] + times[number]) // 2
    shown = [times[rank] + delay for rank in _ranks(sample_entry, [packet.content for packet in packets])]
    latest = list(accumulate(reversed(shown), min))[::-1]  # not later than any that follows is shown
    decoded = [max(min(time, last), times[0]) for time, last in zip(times, latest, strict=True)]
    return [
        replace(packet, decoded=sooner, shown=later)
        for packet, sooner, later in zip(packets, decoded, shown, strict=True)
    ]


def reordered_pictures(sample_entry: bytes, pictures: Sequence[bytes]) -> int:
    """How many of these pictures, the first of a film, are decoded at most before one that is shown before them."""
    return max((number - rank for number, rank in enumerate(_ranks(sample_entry, pictures))), default=0)


def is_random_access(sample_entry: bytes, picture: bytes) -> bool:
    """Whether a decoder may begin with the picture, and none behind it is shown before it. True also for other
    codecs than H.264 and H.265."""
    if (coding := _coding(sample_entry)) is None:
        return True
    if coding.codec == "h264":
        kinds = (unit[0] & 31 for unit in units(picture, coding.length_size))
        return next((kind for kind in kinds if 1 <= kind <= _IDR), None) == _IDR
    kinds = (unit[0] >> 1 & 63 for unit in units(picture, coding.length_size))
    return next((kind for kind in kinds if kind < 32), 0) in _IRAP


def _ranks(sample_entry: bytes, pictures: Sequence[bytes]) -> Sequence[int]:
    """How many are shown before each picture. Those of other codecs are shown as they are decoded."""
    if (coding := _coding(sample_entry)) is None:
        return range(len(pictures))
    order = PictureOrder(coding.codec, coding.parameter_sets)
    return shown_order(order.place(units(picture, coding.length_size)) for picture in pictures)


def _coding(sample_entry: bytes) -> _Coding | None:
    """None: it is another codec than H.264 and H.265."""
    fields = memoryview(sample_entry)[_HEAD_BYTES + _VISUAL_FIELDS_BYTES :]
    for name, codec, length_size_at, module in _CONFIGURATIONS:
        found = child(fields, name)
        if found is not None and len(found) > length_size_at:
            configuration = bytes(found)
            length_size = (configuration[length_size_at] & 3) + 1
            return _Coding(codec, length_size, list(module.parameter_sets(configuration)))
    return None
