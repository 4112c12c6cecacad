"""The samples of a segment that is put together anew, from the packets of a demuxer.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from services.packaging.film_index import Samples, Track
from services.packaging.matroska.clusters.times import SoundClock
from services.packaging.remux.film import TICKS_PER_S, RemuxTrack

_MOST_LENGTH = 2**31  # ticks of a sample, and of its offset
_TICK_NS = 1_000_000_000 // TICKS_PER_S


@dataclass(frozen=True, slots=True)
class Packet:
    """A sample as MP4 has it. Times are in TICKS_PER_S on the clock of the packaged film."""

    decoded: int
    shown: int
    is_key: bool
    content: bytes


def picture_samples(packets: Sequence[Packet], end: int | None) -> Samples:
    """Those of the pictures of a segment, of which there is at least one. ``end`` is when the next segment's key frame
    is decoded; None: this is the last. Their contents lie one after another from position 0 on."""
    times = [packets[0].decoded]
    for packet in packets[1:]:
        times.append(max(packet.decoded, times[-1]))
    usual = (times[-1] - times[0]) // max(len(times) - 1, 1) or 1
    times.append(min(max(times[-1], times[-1] + usual if end is None else end), times[-1] + _MOST_LENGTH))
    offsets = [min(max(packet.shown - time, 0), _MOST_LENGTH) for packet, time in zip(packets, times, strict=False)]
    keys = tuple(number for number, packet in enumerate(packets) if packet.is_key)
    return Samples(
        decode_time=times[0],
        runs=((0, len(packets)),),
        sizes=[len(packet.content) for packet in packets],
        durations=_counted(later - sooner for sooner, later in pairwise(times)),
        offsets=_counted(offsets) if any(offsets) else (),
        keys=keys if len(keys) < len(packets) else None,
    )


def sound_samples(
    packets: Sequence[Packet], track: Track, how: RemuxTrack, following: Packet | None, apart: bool = False
) -> Samples:
    """Those of consecutive packets of sound, of which there is at least one; ``following`` is the next. ``apart``: the
    position of each is its number."""
    clock = SoundClock(how.origin, how.frame, track.timescale, _TICK_NS)
    next_time = _units(following, track) if following else None
    times = clock.times([_units(each, track) for each in packets], next_time)
    times = [max(time, 0) for time in times]
    return Samples(
        decode_time=times[0],
        runs=tuple((number, 1) for number in range(len(packets))) if apart else ((0, len(packets)),),
        sizes=[len(packet.content) for packet in packets],
        durations=_counted(later - sooner for sooner, later in pairwise(times)),
    )


def _units(packet: Packet, track: Track) -> int:
    return round(packet.shown * track.timescale / TICKS_PER_S)


def _counted(values: Iterable[int]) -> tuple[tuple[int, int], ...]:
    return tuple((sum(1 for _ in same), value) for value, same in groupby(values))
