"""Reads MP4 and QuickTime films: finds "moov", wherever it is, and makes a packaged film of its tables (ISO/IEC
14496-12)."""

from services.http.ranges import ByteRange
from services.packaging.boxes import HEAD_BYTES, box_head
from services.packaging.film_index import NotPackaged, PackagedFilm
from services.packaging.fragmented_index import fragmented_tracks
from services.packaging.mp4_chunks import description_number
from services.packaging.mp4_movie import DescribedTrack, film_tracks, is_fragmented, movie_tracks
from services.packaging.mp4_tables import read_tables, sample_count
from services.packaging.packaged_film import packaged_film
from services.packaging.reading import Reading
from services.packaging.sample_table import MOST_SAMPLES
from services.packaging.source_track import SourceTrack

MOST_MOVIE_BYTES = 64 * 2**20  # of "moov"; three hours have 12 MB
_MOST_BOXES = 1000  # before "moov"


def read_mp4(length: int) -> Reading[PackagedFilm]:
    """The packaged film; the file has ``length`` bytes. Raises NotPackaged."""
    position, size = yield from _movie_box(length)
    if size > MOST_MOVIE_BYTES:
        raise NotPackaged('a "moov" of more than 64 MB')
    if not size or position + size > length:
        raise NotPackaged('"moov" is cut off')
    moov = memoryview((yield ByteRange(position, position + size - 1)))
    if is_fragmented(moov):
        return packaged_film((yield from fragmented_tracks(moov, position + size, length)))
    return packaged_film(_plain_tracks(moov, length))


def _movie_box(length: int) -> Reading[tuple[int, int]]:
    """Where the content of "moov" is, and how many bytes it has."""
    position = 0
    for _ in range(_MOST_BOXES):
        if position >= length:
            break
        head = box_head((yield ByteRange(position, min(position + HEAD_BYTES, length) - 1)))
        if head is None:
            break
        size = head.size or length - position
        if head.kind == b"moov":
            return position + head.head_bytes, size - head.head_bytes
        position += size
    raise NotPackaged('no "moov"')


def _plain_tracks(moov: memoryview, length: int) -> list[SourceTrack]:
    tracks = [track for track in movie_tracks(moov) if sample_count(track.tables)]
    if any(track.header.kind == "audio" for track in tracks):  # single pictures beside sound are its cover
        tracks = [track for track in tracks if track.header.kind == "audio" or sample_count(track.tables) > 1]
    described = [DescribedTrack(track, track.description(description_number(track.tables))) for track in tracks]
    chosen = film_tracks(described)
    if sum(sample_count(track.tables) for track, _ in chosen) > MOST_SAMPLES:
        raise NotPackaged("more samples than a film has")
    return [
        SourceTrack(track.header, description, track.edit(), read_tables(track.tables, length))
        for track, description in chosen
        if description
    ]
