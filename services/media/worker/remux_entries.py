"""What the own index of a film tells of its samples, so that not all of it has to be read: that of AVI. For the worker
alone.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from av.container import InputContainer
from av.stream import Stream

from services.media.worker.demuxer import packets
from services.media.worker.remux_tracks import Key, Pictures, Sound
from services.packaging.remux.film import TICKS_PER_S
from services.packaging.remux.framing import framed
from services.packaging.remux.shown import is_random_access

_HEAD_BYTES = 8  # of a chunk of AVI; FFmpeg's index has its place, packets that of their content
_COVERED = 0.9  # of the film: behind its last sample there is little but the index

Entries = Mapping[int, Sequence[Any]]  # of each stream, by its number


def film_entries(container: InputContainer, streams: Sequence[Stream], film_bytes: int) -> Entries | None:
    """None: the film has no index, or one of a part of it."""
    if container.format.name != "avi":
        return None
    found = {
        each.index: [entry for entry in each.index_entries if entry.pos + entry.size <= film_bytes] for each in streams
    }
    ends = [entries[-1].pos + entries[-1].size for entries in found.values() if entries]
    is_whole = all(found.values()) and max(ends) >= _COVERED * film_bytes
    # Where there is none, FFmpeg makes entries of what it has read, and all of them are keys.
    return found if is_whole and not all(entry.is_keyframe for entry in found[streams[0].index]) else None


def add_entries(pictures: Pictures, sounds: Sequence[Sound], entries: Entries) -> None:
    """Puts what the index tells of all samples in place of what was read of some."""
    own = entries[pictures.stream.index]
    times = [_ticks(pictures.stream, entry.timestamp) for entry in own]
    pictures.keys = [
        Key(entry.pos + _HEAD_BYTES, time, time) for entry, time in zip(own, times, strict=True) if entry.is_keyframe
    ]
    pictures.count, pictures.last, pictures.last_position = len(own), times[-1], own[-1].pos
    for sound in sounds:
        own = entries[sound.stream.index]
        sound.length = sum(entry.size for entry in own)
        sound.end = round(_end(own) * _ticks_of_entry(sound, own))


def _end(entries: Sequence[Any]) -> int:
    """When the last one ends, if it is as long as the one before."""
    last = int(entries[-1].timestamp)
    return 2 * last - int(entries[-2].timestamp) if len(entries) > 1 else last


def _ticks_of_entry(sound: Sound, entries: Sequence[Any]) -> float:
    """How long the unit is in which the index counts time: it may be a byte. A packet that was read tells."""
    read = dict(zip(sound.positions, sound.times, strict=True))
    found = ((read.get(entry.pos + _HEAD_BYTES, 0), entry.timestamp) for entry in entries if entry.timestamp > 0)
    return next((time / told for time, told in found if time > 0), float(_ticks(sound.stream, 1)))


def are_keys(container: InputContainer, pictures: Pictures) -> bool:
    """Whether decoders may begin at what the index calls key frames: looks at one in the middle of the film. Moves the
    container's position."""
    key = pictures.keys[len(pictures.keys) // 2] if pictures.keys else None
    if key is None or pictures.description is None:
        return True
    base = pictures.stream.time_base or 1
    container.seek(round(key.decoded / TICKS_PER_S / base), stream=pictures.stream)
    found = (each for each in packets(container, pictures.stream) if each.pos == key.position)
    packet = next(islice(found, 1), None)
    sample = framed(bytes(packet), pictures.framing) if packet else b""
    return is_random_access(pictures.description.sample_entry, sample)


def _ticks(stream: Stream, time: int) -> int:
    base = stream.time_base
    return int(time * base.numerator * TICKS_PER_S // base.denominator) if base else 0
