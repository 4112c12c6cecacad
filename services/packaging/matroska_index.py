"""The index of a Matroska or WebM film (RFC 9559): its head, its tracks and its cues, and some of its first blocks."""

from collections.abc import Sequence

from services.http.ranges import ByteRange
from services.packaging.cuts import cuts
from services.packaging.film_index import FilmIndex, NotPackaged, Track
from services.packaging.matroska_cues import cue_entries
from services.packaging.matroska_film import BlockTrack, Entry, MatroskaFilm
from services.packaging.matroska_head import Head, read_head
from services.packaging.matroska_start import Start, read_start
from services.packaging.matroska_times import units
from services.packaging.matroska_tracks import TrackEntry, track_entries
from services.packaging.reading import Reading
from services.packaging.sample_entries import needs_first_frame, sample_entry
from services.packaging.sample_entry import SampleEntry

_NS = 1_000_000_000
_FIRST_FRAME_BYTES = 8192  # E-AC-3 has all its substreams in a frame
_MOST_TRACKS = 64


def read_matroska(length: int) -> Reading[MatroskaFilm]:
    """The index of a film of ``length`` bytes. Raises NotPackaged."""
    head = yield from read_head(length)
    entries = list(track_entries(head.tracks, 0, len(head.tracks)))[:_MOST_TRACKS]
    start = yield from read_start(head, entries)
    described: list[tuple[TrackEntry, SampleEntry]] = []
    for entry in entries:
        frame = yield from _first_frame(entry, start)
        if (sample := sample_entry(entry, frame)) and (entry.kind == "audio" or not _has_video(described)):
            described.append((entry, sample))
    lead = _lead(entries, described)
    cues = cue_entries(head.cues, lead.number, head.segment)
    if not cues:
        raise NotPackaged("no cues")
    return _film(head, described, start, cues)


def _first_frame(entry: TrackEntry, start: Start) -> Reading[bytes]:
    block = start.first_blocks.get(entry.number)
    if block is None or not needs_first_frame(entry):
        return b""
    return (yield ByteRange(block.position, block.position + min(block.sizes[0], _FIRST_FRAME_BYTES) - 1))


def _has_video(described: Sequence[tuple[TrackEntry, SampleEntry]]) -> bool:
    return any(entry.kind == "video" for entry, _ in described)


def _lead(entries: Sequence[TrackEntry], described: Sequence[tuple[TrackEntry, SampleEntry]]) -> TrackEntry:
    """The track whose cues are the cuts."""
    video = [entry for entry in entries if entry.kind == "video"]
    candidates = [entry for entry, _ in described if entry.kind == ("video" if video else "audio")]
    if not candidates:
        raise NotPackaged(f"no browser plays {(video or entries)[0].codec_id} in MP4" if entries else "no tracks")
    return candidates[0]


def _film(
    head: Head, described: Sequence[tuple[TrackEntry, SampleEntry]], start: Start, cues: Sequence[Entry]
) -> MatroskaFilm:
    codec_delay_ns = {entry.number: entry.codec_delay_ns for entry, _ in described}
    first_ns = {
        entry.number: start.first_blocks[entry.number].ticks * head.tick_ns
        for entry, _ in described
        if entry.number in start.first_blocks
    }
    zero_ns = min(first_ns.values(), default=0)
    starts_ns = (time_ns - codec_delay_ns[number] - zero_ns for number, time_ns in first_ns.items())
    delay_ns = max(start.reorder_ns, -min(starts_ns, default=0))
    if head.duration_ns is None:
        raise NotPackaged("no duration")
    duration_ns = head.duration_ns - zero_ns

    by_time_s = {(cue.ticks * head.tick_ns - zero_ns) / _NS: cue for cue in cues}
    cut_times_s = cuts(sorted(by_time_s), duration_ns / _NS)
    first = Entry(head.first_cluster, 0, 0)
    return MatroskaFilm(
        index=FilmIndex(
            duration_s=duration_ns / _NS,
            delay_s=delay_ns / _NS,
            cuts=cut_times_s,
            tracks=tuple(_track(entry, sample) for entry, sample in described),
        ),
        tracks=tuple(
            BlockTrack(
                number=entry.number,
                origin=units(
                    first_ns.get(entry.number, zero_ns) - entry.codec_delay_ns - zero_ns + delay_ns, sample.timescale
                ),
                frame=sample.frame or units(entry.frame_ns, sample.timescale),
                early_ns=entry.codec_delay_ns,
            )
            for entry, sample in described
        ),
        entries=(first, *(by_time_s[time_s] for time_s in cut_times_s[1:])),
        stop=head.stop,
        tick_ns=head.tick_ns,
        zero_ns=zero_ns,
        reorder_ns=start.reorder_ns,
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
        width=round(entry.width * across / down),
        height=entry.height,
        matrix=entry.matrix,
        frame_rate=_NS / entry.frame_ns if entry.kind == "video" and entry.frame_ns else 0.0,
        channels=sample.channels,
    )
