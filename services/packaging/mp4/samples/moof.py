"""Fragments of MP4 films: "moof" (ISO/IEC 14496-12 §8.8)."""

from array import array
from collections.abc import Mapping
from typing import NamedTuple

from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import boxes, child, fields, numbers, required
from services.packaging.mp4.samples.growing_track import GrowingTrack
from services.packaging.mp4.samples.sample_table import MOST_SAMPLES

# Flags of "tfhd" and "trun".
# Base, description, duration, size and flags, in the order in which they follow.
_HEADER_FIELDS = (_BASE_DATA_OFFSET := 0x1, 0x2, 0x8, 0x10, 0x20)
_BASE_IS_FRAGMENT = 0x20000
_DATA_OFFSET, _FIRST_FLAGS = 0x1, 0x4
_SAMPLE_FIELDS = (_SAMPLE_DURATION := 0x100, _SAMPLE_SIZE := 0x200, _SAMPLE_FLAGS := 0x400, _SAMPLE_OFFSET := 0x800)
_IS_NO_KEY = 0x10000  # of a sample's flags: it is no sync sample


class Defaults(NamedTuple):
    """What holds for samples of which nothing else is said. ``description`` is an entry of "stsd", from 1."""

    description: int = 1
    duration: int = 0
    size: int = 0
    flags: int = 0


def track_defaults(moov: memoryview) -> dict[int, Defaults]:
    """Those of each track, by its number, from "trex" (§8.8.3)."""
    extends = [fields(box.content, "5I", 4) for box in boxes(required(moov, b"mvex")) if box.kind == b"trex"]
    return {number: Defaults(*usual) for number, *usual in extends}


def read_fragment(
    moof: memoryview, position: int, tracks: Mapping[int, GrowingTrack], defaults: Mapping[int, Defaults]
) -> None:
    """Adds the samples of a fragment to ``tracks``, which have their numbers as keys, as ``defaults`` have; others are
    passed over. ``position`` is that of the box in the film. Raises NotPackaged."""
    end = position
    for traf in boxes(moof):
        if traf.kind == b"traf":
            end = _read_track(traf.content, position, end, tracks, defaults)


def _read_track(
    traf: memoryview, position: int, end: int, tracks: Mapping[int, GrowingTrack], defaults: Mapping[int, Defaults]
) -> int:
    """Where the bytes of this track end; those of the one before it in the fragment ended at ``end``."""
    tfhd = required(traf, b"tfhd")
    flags, number = fields(tfhd, "II")
    track, usual = tracks.get(number), defaults.get(number, Defaults())
    base, own = _header(tfhd, flags, usual)
    if track is not None:
        if own.description != usual.description:
            raise NotPackaged("samples with several descriptions")
        tfdt = child(traf, b"tfdt")
        if tfdt is not None:
            track.continue_at(fields(tfdt, "Q" if fields(tfdt, "B")[0] == 1 else "I", 4)[0])
    if base is None:
        base = position if flags & _BASE_IS_FRAGMENT else end
    end = base
    for trun in boxes(traf):
        if trun.kind == b"trun":
            end = _read_run(trun.content, base, end, own, track)
    return end


def _header(tfhd: memoryview, flags: int, usual: Defaults) -> tuple[int | None, Defaults]:
    """From which byte of the film data offsets count (None: not given), and the fragment's own defaults (§8.8.7)."""
    layout = "".join("Q" if flag == _BASE_DATA_OFFSET else "I" for flag in _HEADER_FIELDS if flags & flag)
    given = dict(zip((flag for flag in _HEADER_FIELDS if flags & flag), fields(tfhd, layout, 8), strict=True))
    base = given.get(_BASE_DATA_OFFSET)
    return base, Defaults(*(given.get(flag, value) for flag, value in zip(_HEADER_FIELDS[1:], usual, strict=True)))


def _read_run(trun: memoryview, base: int, end: int, usual: Defaults, track: GrowingTrack | None) -> int:
    """Adds the samples of the run to ``track``; returns where their bytes end (§8.8.8)."""
    flags, count = fields(trun, "II")
    if count > MOST_SAMPLES:
        raise NotPackaged("more samples than a film has")
    if not count:
        return end
    at, position, first_flags = 8, end, None
    if flags & _DATA_OFFSET:
        position, at = base + fields(trun, "i", at)[0], at + 4
    if flags & _FIRST_FLAGS:
        first_flags, at = fields(trun, "I", at)[0], at + 4
    given = [flag for flag in _SAMPLE_FIELDS if flags & flag]
    rows = numbers(trun, "I", count * len(given), at)
    columns = {flag: rows[column :: len(given)] for column, flag in enumerate(given)}
    if track is not None:
        sizes = columns.get(_SAMPLE_SIZE, array("I", (usual.size,)) * count)
        durations = columns.get(_SAMPLE_DURATION, array("I", (usual.duration,)) * count)
        offsets = array("i", columns[_SAMPLE_OFFSET].tobytes() if _SAMPLE_OFFSET in columns else bytes(4 * count))
        sample_flags = columns.get(_SAMPLE_FLAGS, array("I", (usual.flags,)) * count)
        if first_flags is not None:
            sample_flags[0] = first_flags
        track.add(position, sizes, durations, offsets, [not each & _IS_NO_KEY for each in sample_flags])
    return position + (sum(columns[_SAMPLE_SIZE]) if _SAMPLE_SIZE in columns else count * usual.size)
