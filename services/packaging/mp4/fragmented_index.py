"""Reads MP4 films in fragments: "moov" has no samples, or only the first, and each "moof" has some more
(ISO/IEC 14496-12 §8.8)."""

from collections.abc import Mapping

from services.http.ranges import ByteRange
from services.packaging.codecs.pcm import is_pcm
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import HEAD_BYTES, box_head
from services.packaging.mp4.movie import DescribedTrack, film_tracks, movie_tracks
from services.packaging.mp4.samples.growing_track import GrowingTrack
from services.packaging.mp4.samples.moof import Defaults, read_fragment, track_defaults
from services.packaging.mp4.samples.sample_table import MOST_SAMPLES, expanded
from services.packaging.mp4.samples.tables import read_tables, sample_count
from services.packaging.mp4.timeline.source_track import SourceTrack
from services.packaging.reading import Reading

_READ_BYTES = 4096  # in one read: a fragment of a few seconds, and the head of the box behind it
_MOST_BOXES = 200_000
_MOST_FRAGMENT_BYTES = 64 * 2**20  # in all


def fragmented_tracks(moov: memoryview, position: int, length: int) -> Reading[list[SourceTrack]]:
    """The tracks of the film of ``length`` bytes, whose fragments are behind byte ``position``. Raises NotPackaged."""
    movie, defaults = movie_tracks(moov), track_defaults(moov)
    numbers = [defaults.get(track.header.number, Defaults()).description for track in movie]
    found_descriptions = [track.description(number) for track, number in zip(movie, numbers, strict=True)]
    described = [None if each and is_pcm(each.codec) else each for each in found_descriptions]  # a sample is a moment
    chosen = film_tracks(list(map(DescribedTrack, movie, described)))
    if sum(sample_count(track.tables) for track, _ in chosen) > MOST_SAMPLES:
        raise NotPackaged("more samples than a film has")
    growing = {track.header.number: _begun(track.tables, length) for track, _ in chosen}
    yield from _read_fragments(position, length, growing, defaults)
    found = []
    for track, description in chosen:
        samples = growing[track.header.number]
        table = samples.table(length)
        if description and len(table):
            edit = track.edit()
            edit = edit._replace(media_time=edit.media_time - samples.start, ends=None)
            found.append(SourceTrack(track.header, description, edit, table))
    if not found or found[0].header.kind != chosen[0].track.header.kind:
        raise NotPackaged("no samples")
    return found


def _read_fragments(
    position: int, length: int, tracks: Mapping[int, GrowingTrack], defaults: Mapping[int, Defaults]
) -> Reading[None]:
    """Walks the boxes from ``position`` on. What is no box, and a fragment that is cut off, end the film."""
    read, begins, fragment_bytes = b"", position, 0
    for _ in range(_MOST_BOXES):
        if position + HEAD_BYTES > length:
            return
        if position + HEAD_BYTES > begins + len(read):
            read, begins = (yield ByteRange(position, min(position + _READ_BYTES, length) - 1)), position
        head = box_head(read[position - begins : position - begins + HEAD_BYTES])
        if head is None or not head.size:
            return
        stop = position + head.size
        if head.kind == b"moof":
            fragment_bytes += head.size
            if stop > length:
                return
            if fragment_bytes > _MOST_FRAGMENT_BYTES:
                raise NotPackaged("fragments of more than 64 MB")
            if stop > begins + len(read):
                read, begins = (yield ByteRange(position, stop - 1)), position
            content = memoryview(read)[position - begins + head.head_bytes : stop - begins]
            read_fragment(content, position, tracks, defaults)
            if sum(len(track.sizes) for track in tracks.values()) > MOST_SAMPLES:
                raise NotPackaged("more samples than a film has")
        position = stop
    raise NotPackaged("too many fragments")


def _begun(tables: memoryview, length: int) -> GrowingTrack:
    """A track with those samples that are told of in "moov"."""
    track, table = GrowingTrack(), read_tables(tables, length)
    if not len(table):
        return track
    samples = table.samples(0, len(table), least_offset=0)
    durations, offsets = list(expanded(samples.durations)), list(expanded(samples.offsets)) or [0] * len(table)
    keys = range(len(table)) if samples.keys is None else set(samples.keys)
    first = 0
    for position, count in samples.runs:
        span = slice(first, first + count)
        are_keys = [number in keys for number in range(first, first + count)]
        track.add(position, samples.sizes[span], durations[span], offsets[span], are_keys)
        first += count
    return track
