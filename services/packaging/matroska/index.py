"""The index of a Matroska or WebM film (RFC 9559): its head, its tracks and its cues, and some of its first blocks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from services.http.ranges import ByteRange
from services.media.details import MAX_CHANNELS, MAX_FRAME_RATE, MAX_SIDE, MAX_TRACKS
from services.packaging.codecs.pcm import is_pcm
from services.packaging.codecs.sample_entry import SampleEntry
from services.packaging.cuts import LONGEST_S, cuts
from services.packaging.film_index import FilmIndex, NotPackaged, Track
from services.packaging.matroska.clusters.times import phase, units
from services.packaging.matroska.clusters.walk import Walk
from services.packaging.matroska.compression import UNCOMPRESSED
from services.packaging.matroska.cues import cue_entries
from services.packaging.matroska.entries.sample_entries import needs_first_frame, sample_entry
from services.packaging.matroska.film import BlockTrack, Entry, MatroskaFilm
from services.packaging.matroska.first_blocks import Start, needed_ticks, read_start
from services.packaging.matroska.head import Head, read_head
from services.packaging.matroska.rates import rated
from services.packaging.matroska.tracks import TrackEntry, track_entries
from services.packaging.matroska.trusted_cues import read_keys
from services.packaging.reading import Reading

_NS = 1_000_000_000
_FIRST_FRAME_BYTES = 64 * 1024  # E-AC-3 has all its substreams in a frame; the length of one of PCM is its duration
_MOST_SEARCHED = 5_000_000  # elements: those of ten hours
_MOST_KEYS = 200_000
_MOST_REORDER_NS = 10**10
_MOST_NAMES = 100  # characters of a reason

_Described = tuple[TrackEntry, SampleEntry]


@dataclass(frozen=True, slots=True)
class _Clock:
    """The clock of the packaged film. ``begins_ns`` is when each track begins, by its number, in the time of the film,
    and ``ns`` when its first blocks do. For the others see MatroskaFilm."""

    zero_ns: int
    delay_ns: int
    reorder_ns: int
    begins_ns: dict[int, int]
    ns: dict[int, list[int]]


def read_matroska(length: int, searched_bytes: int = 0) -> Reading[MatroskaFilm]:
    """The index of a film of ``length`` bytes.

    A film without cues, as live recordings are, is read for its key frames if it has at most ``searched_bytes``. Raises
    NotPackaged.
    """
    head = yield from read_head(length)
    entries = list(track_entries(head.tracks, 0, len(head.tracks)))[:MAX_TRACKS]
    start = yield from read_start(head, entries)
    described = yield from _described(entries, start)
    lead = _lead(entries, described)
    cues = cue_entries(head.cues, lead.number, head.segment, head.stop)
    if not cues and length <= searched_bytes:
        cues = yield from _read_keys_of_blocks(head, lead)
    if not cues:
        raise NotPackaged("no cues")
    keys = yield from read_keys(head, lead, cues)
    reorder_ticks = max(map(needed_ticks, (start.pictures, *keys.pictures))) if lead.kind == "video" else 0
    clock = _clock(head, described, start, min(reorder_ticks * head.tick_ns, _MOST_REORDER_NS))
    end_ns = head.duration_ns or (yield from _read_end(head, lead, cues[-1]))
    return rated(_film(head, clock, described, keys.entries, end_ns), start.bytes_per_s)


def _described(entries: Sequence[TrackEntry], start: Start) -> Reading[list[_Described]]:
    """The tracks that are packaged: one of pictures, and all of sound. Of tracks of one number the first is. Pictures
    that are only seen converted are where there are no others."""
    described: list[_Described] = []
    for entry in entries:
        if any(other.number == entry.number for other, _ in described):
            continue
        frame = yield from _first_frame(entry, start)
        if sample := sample_entry(entry, frame):
            described.append((entry, _on_grid(entry, sample, start)))
    pictures = [each for each in described if each[0].kind == "video"]
    chosen = next((each for each in pictures if each[1].box), next(iter(pictures), None))
    return [each for each in described if each[0].kind == "audio" or each is chosen]


def _first_frame(entry: TrackEntry, start: Start) -> Reading[bytes]:
    block = start.first_blocks.get(entry.number)
    if block is None or not needs_first_frame(entry):
        return b""
    frame = yield ByteRange(block.position, block.position + min(block.sizes[0], _FIRST_FRAME_BYTES) - 1)
    try:
        return entry.compression.restored(frame, _FIRST_FRAME_BYTES) if entry.compression else frame
    except ValueError:
        return b""


def _on_grid(entry: TrackEntry, sample: SampleEntry, start: Start) -> SampleEntry:
    """PCM that was brought to another rate begins with a frame that is shorter than all others, which are on a grid; or
    its frames differ, and have the times that the film tells."""
    if not (is_pcm(sample.codec) and sample.frame and entry.compression == UNCOMPRESSED):
        return sample
    first, *later = (block.sizes[0] for block in start.blocks if block.track == entry.number)
    if {first} >= set(later):
        return sample
    return replace(sample, frame=0, grid=sample.frame * later[0] // first if len(set(later)) == 1 else 0)


def _lead(entries: Sequence[TrackEntry], described: Sequence[_Described]) -> TrackEntry:
    """The track at whose cues segments begin."""
    kind = "video" if any(entry.kind == "video" for entry in entries) else "audio"
    for entry, _ in described:
        if entry.kind == kind:
            return entry
    names = ", ".join(entry.codec_id for entry in entries if entry.kind == kind)
    raise NotPackaged(f"no browser plays {names[:_MOST_NAMES]} in MP4" if names else "no tracks")


def _read_keys_of_blocks(head: Head, lead: TrackEntry) -> Reading[list[Entry]]:
    """What cues would say of the track."""
    walk = Walk(head.first_cluster, head.stop, {lead.number}, most_elements=_MOST_SEARCHED)
    found: list[Entry] = []
    while not walk.ended and len(found) < _MOST_KEYS:
        blocks = walk.take((yield walk.wanted()))
        keys = (block for block in blocks if block.is_key or lead.kind == "audio")
        found += [Entry(block.cluster, block.relative, block.ticks) for block in keys]
    return sorted(found, key=lambda entry: entry.ticks)


def _read_end(head: Head, lead: TrackEntry, cue: Entry) -> Reading[int]:
    """When the last picture ends, on the film's own clock, for a film that does not tell."""
    walk = Walk(cue.cluster, head.stop, {lead.number}, cue.relative)
    ticks, length = [cue.ticks], lead.frame_ns
    while not walk.ended:
        ticks += [block.ticks for block in walk.take((yield walk.wanted()))]
    return max(ticks) * head.tick_ns + length


def _clock(head: Head, described: Sequence[_Described], start: Start, reorder_ns: int) -> _Clock:
    """Second 0 is when the first track begins. The clock begins so much earlier that pictures can be decoded before
    they are shown, and what is decoded but not heard (CodecDelay) has times."""
    first_ns = {
        entry.number: start.first_blocks[entry.number].ticks * head.tick_ns
        for entry, _ in described
        if entry.number in start.first_blocks
    }
    zero_ns = min(first_ns.values(), default=0)
    begins_ns = {
        entry.number: first_ns.get(entry.number, zero_ns) - entry.codec_delay_ns - zero_ns for entry, _ in described
    }
    ns: dict[int, list[int]] = {number: [] for number in begins_ns}
    for block in start.blocks:
        if block.track in ns:
            ns[block.track].append(block.ticks * head.tick_ns - zero_ns)
    return _Clock(zero_ns, max(reorder_ns, -min(begins_ns.values())), reorder_ns, begins_ns, ns)


def _film(
    head: Head, clock: _Clock, described: Sequence[_Described], keys: Sequence[Entry], end_ns: int
) -> MatroskaFilm:
    duration_s = (end_ns - clock.zero_ns) / _NS
    if duration_s <= 0:
        raise NotPackaged("the film ends before it begins")
    by_time_s = {(key.ticks * head.tick_ns - clock.zero_ns) / _NS: key for key in keys}
    cut_times_s = cuts(by_time_s, duration_s)
    if max(later - earlier for earlier, later in pairwise((*cut_times_s, duration_s))) > LONGEST_S:
        raise NotPackaged(f"no random access point in more than {LONGEST_S} s")
    return MatroskaFilm(
        index=FilmIndex(
            duration_s=duration_s,
            delay_s=clock.delay_ns / _NS,
            cuts=cut_times_s,
            tracks=tuple(_track(entry, sample) for entry, sample in described),
        ),
        tracks=tuple(_block_track(entry, sample, clock) for entry, sample in described),
        entries=(
            Entry(head.first_cluster, 0, max(clock.zero_ns // head.tick_ns, 0)),
            *(by_time_s[time_s] for time_s in cut_times_s[1:]),
        ),
        stop=head.stop,
        tick_ns=head.tick_ns,
        zero_ns=clock.zero_ns,
        reorder_ns=clock.reorder_ns,
    )


def _block_track(entry: TrackEntry, sample: SampleEntry, clock: _Clock) -> BlockTrack:
    origin = units(clock.begins_ns[entry.number] + clock.delay_ns, sample.timescale)
    if sample.grid:
        begins = (units(ns - entry.codec_delay_ns + clock.delay_ns, sample.timescale) for ns in clock.ns[entry.number])
        origin += phase((time - origin for time in begins), sample.grid)
    return BlockTrack(
        number=entry.number,
        origin=origin,
        frame=sample.frame or units(entry.frame_ns, sample.timescale),
        early_ns=entry.codec_delay_ns,
        grid=sample.grid,
        compression=entry.compression or UNCOMPRESSED,
    )


def _track(entry: TrackEntry, sample: SampleEntry) -> Track:
    across, down = entry.pixel_aspect
    return Track(
        stream=entry.stream,
        kind=entry.kind,
        codec=sample.codec,
        timescale=sample.timescale,
        sample_entry=sample.box,
        language=entry.language,
        label=entry.label,
        is_default=entry.is_default,
        width=min(round(entry.width * across / down), MAX_SIDE),
        height=entry.height,
        coded_width=entry.width,
        coded_height=entry.height,
        matrix=entry.matrix,
        frame_rate=min(_NS / entry.frame_ns, MAX_FRAME_RATE) if entry.kind == "video" and entry.frame_ns else 0.0,
        channels=min(sample.channels, MAX_CHANNELS),
        configuration=sample.configuration,
        rate=sample.timescale if entry.kind == "audio" else 0,
    )
