"""The samples of one segment of a Matroska film, found in its clusters.

The pictures of a segment are those from its key frame up to the next segment's, in the order of the film. Its sound is
what begins in its time. That may lie before the key frame in the film, and behind the next one.
"""

from services.packaging.film_index import Samples
from services.packaging.matroska.clusters.samples import Pictures, Sound
from services.packaging.matroska.clusters.walk import Walk
from services.packaging.matroska.film import MatroskaFilm
from services.packaging.reading import Reading

# How far behind the beginning of the next segment is read: sound may be late. It may also have ended.
_LATE_NS = 2_000_000_000
_LATE_BYTES = 16 * 2**20
# A picture may be decoded sixteen pictures before it is shown. ``reorder_ns`` has at least two of them.
_MOST_REORDERS = 8


def read_segment(film: MatroskaFilm, n: int) -> Reading[tuple[Samples | None, ...]]:
    """The samples of segment ``n``, for each track of the film's index in turn; None: the track has none there.

    Asks for at most 64 KiB at a time, and takes about 2 ms for each. Raises NotPackaged if the segment is not where the
    film's cues say, or is too long.
    """
    tracks = _tracks(film, n)
    sound = {number: track for number, track in tracks.items() if isinstance(track, Sound)}
    lead = next((track for track in tracks.values() if isinstance(track, Pictures)), None) or next(iter(sound.values()))
    entry = film.entries[n]
    walk = Walk(entry.cluster, film.stop, tracks, entry.relative)
    begins = entry.cluster
    late_ticks = _late_ticks(film, n)
    late_position = None
    while not walk.ended and not all(track.is_complete for track in tracks.values()):
        blocks = walk.take((yield walk.wanted()))
        for block in blocks:
            begins = begins if begins > entry.cluster else block.head
            tracks[block.track].add(block)
        if blocks and lead.is_complete:
            late_position = late_position or blocks[-1].head + _LATE_BYTES
            if blocks[-1].head > late_position:
                break
        if blocks and late_ticks is not None and blocks[-1].ticks > late_ticks:
            break
    if n and any(track.may_lack for track in sound.values()):
        earlier = yield from _earlier_sound(film, n, begins)
        for number, track in sound.items():
            track.put_before(earlier[number])
    return tuple(track.samples() for track in tracks.values())


def _late_ticks(film: MatroskaFilm, n: int) -> int | None:
    """None: nothing comes behind the last segment."""
    late_ns = _LATE_NS + _MOST_REORDERS * film.reorder_ns
    return film.entries[n + 1].ticks + late_ns // film.tick_ns if n + 1 < len(film.entries) else None


def _earlier_sound(film: MatroskaFilm, n: int, stop: int) -> Reading[dict[int, Sound]]:
    """The sound of the segment that lies where the segment before does, up to the position ``stop``."""
    sound = {number: track for number, track in _tracks(film, n).items() if isinstance(track, Sound)}
    before = film.entries[n - 1]
    walk = Walk(before.cluster, stop, sound, before.relative)
    while not walk.ended:
        for block in walk.take((yield walk.wanted())):
            sound[block.track].add(block)
    return sound


def _tracks(film: MatroskaFilm, n: int) -> dict[int, Pictures | Sound]:
    """Nothing yet of each track, by its number."""
    tracks: dict[int, Pictures | Sound] = {}
    for place, track in enumerate(film.tracks):
        collect = Pictures if film.index.tracks[place].kind == "video" else Sound
        tracks[track.number] = collect(film, place, n)
    return tracks
