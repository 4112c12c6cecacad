"""Reads MP4 and QuickTime films: finds "moov", wherever it is, and makes a packaged film of its tables (ISO/IEC
14496-12)."""

from services.http.ranges import ByteRange
from services.packaging.codecs.description import Description
from services.packaging.codecs.pcm import is_pcm, pcm_frame_bytes
from services.packaging.film_index import NotPackaged, PackagedFilm
from services.packaging.mp4.fragmented_index import fragmented_tracks
from services.packaging.mp4.movie import DescribedTrack, MovieTrack, film_tracks, is_fragmented, movie_tracks
from services.packaging.mp4.movie_place import find_movie
from services.packaging.mp4.samples.chunks import description_number
from services.packaging.mp4.samples.pcm_table import GROUPED, read_pcm_table
from services.packaging.mp4.samples.sample_table import MOST_SAMPLES, SampleTable
from services.packaging.mp4.samples.tables import read_tables, sample_count
from services.packaging.mp4.timeline.segmentation import packaged_film
from services.packaging.mp4.timeline.source_track import SourceTrack
from services.packaging.reading import Reading


def read_mp4(length: int) -> Reading[PackagedFilm]:
    """The packaged film; the file has ``length`` bytes. Raises NotPackaged."""
    place = yield from find_movie(length)
    moov = memoryview((yield ByteRange(place.content, place.stop - 1)))
    if is_fragmented(moov):
        return (yield from packaged_film((yield from fragmented_tracks(moov, place.stop, length))))
    return (yield from packaged_film(_plain_tracks(moov, length)))


def _plain_tracks(moov: memoryview, length: int) -> list[SourceTrack]:
    tracks = [track for track in movie_tracks(moov) if sample_count(track.tables)]
    if any(track.header.kind == "audio" for track in tracks):  # single pictures beside sound are its cover
        tracks = [track for track in tracks if track.header.kind == "audio" or sample_count(track.tables) > 1]
    described = [DescribedTrack(track, track.description(description_number(track.tables))) for track in tracks]
    chosen = film_tracks(described)
    if sum(_count(*each) for each in chosen) > MOST_SAMPLES:
        raise NotPackaged("more samples than a film has")
    return [
        SourceTrack(track.header, description, track.edit(), _table(track, description, length))
        for track, description in chosen
        if description
    ]


def _count(track: MovieTrack, description: Description | None) -> int:
    count = sample_count(track.tables)
    return count // GROUPED if description and is_pcm(description.codec) else count


def _table(track: MovieTrack, description: Description, length: int) -> SampleTable:
    if is_pcm(description.codec):
        return read_pcm_table(track.tables, length, pcm_frame_bytes(description.codec, description.channels))
    return read_tables(track.tables, length)
