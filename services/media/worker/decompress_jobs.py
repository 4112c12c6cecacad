"""The worker's job for Matroska films whose frames are compressed: a segment of all tracks, with the frames restored.

Tested by tests/services/media/worker/test_decompress_jobs.py.
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from services.errors import FilmUnreadable
from services.media.worker.index_jobs import read_film
from services.packaging.conversion import ConvertedTrack, converted, decoder, positions, window
from services.packaging.film_index import NotPackaged, Samples, Track
from services.packaging.fmp4.made_segment import made_segment
from services.packaging.kept.stored_matroska import matroska_of
from services.packaging.matroska.clusters.blocks import read_segment
from services.packaging.matroska.compression import MOST_FRAME_BYTES, Compression
from services.packaging.matroska.film import MatroskaFilm
from services.packaging.reading import read_with

_MOST_BYTES = 60 * 2**20  # of a track in a segment

_Restore = Callable[[int, int], bytes]  # the frame at a position, of so many bytes


def decompress_segment(film: BinaryIO, index: str, number: int, targets: dict[str, str]) -> None:
    """Writes segment ``number`` of each track that ``targets`` has, by its name, to the file there. ``index`` is the
    film's MatroskaFilm as bytes in base 64. Raises FilmUnreadable and StorageError."""
    kept = matroska_of(b64decode(index))
    try:
        own = _samples(film, kept, number)
        for place, track in enumerate(kept.index.tracks):
            restore = partial(_restored, film, kept.tracks[place].compression)
            if track.name in targets:
                _write(targets[track.name], _segment(track, own[place], restore, number))
            for target in (each for each in converted(track) if each.name in targets):
                _write(targets[target.name], _converted(film, kept, place, target, restore, number))
    except (NotPackaged, ValueError) as error:
        raise FilmUnreadable(str(error)) from error


def _samples(film: BinaryIO, kept: MatroskaFilm, number: int) -> Sequence[Samples | None]:
    """Those of each track in the segment. Raises NotPackaged."""
    return read_with(read_segment(kept, number), partial(read_film, film))


def _restored(film: BinaryIO, compression: Compression, position: int, size: int) -> bytes:
    """Raises ValueError."""
    return compression.restored(read_film(film, position, min(size, MOST_FRAME_BYTES)))


def _segment(track: Track, samples: Samples | None, restore: _Restore, number: int) -> Iterable[bytes | memoryview]:
    """Raises FilmUnreadable and ValueError."""
    contents: list[bytes] = []
    size = 0
    for position, length in zip(positions(samples), samples.sizes, strict=True) if samples else ():
        contents.append(restore(position, length))
        size += len(contents[-1])
        if size > _MOST_BYTES:
            raise FilmUnreadable("a segment is larger than 60 MB")
    plain = samples and replace(samples, runs=((0, len(contents)),), sizes=[len(content) for content in contents])
    return made_segment(track, plain, contents, number)


def _converted(
    film: BinaryIO, kept: MatroskaFilm, place: int, target: ConvertedTrack, restore: _Restore, number: int
) -> Iterable[bytes | memoryview]:
    """Raises NotPackaged and ValueError."""
    from services.media.worker.sound_jobs import converted_segment, new_decoder  # here, since it takes PyAV

    track = kept.index.tracks[place]
    around = range(max(number - 1, 0), min(number + 2, len(kept.index.cuts)))
    found = window(kept.index, track, number, [_samples(film, kept, each)[place] for each in around])
    packets = ((begin, restore(position, size)) for begin, position, size in found.packets)
    codec = new_decoder(decoder(track), track.configuration, track.rate, track.channels)
    return converted_segment(packets, codec, target.timescale, target.channels, found.first, found.end, number)


def _write(target: str, pieces: Iterable[bytes | memoryview]) -> None:
    with open(target, "wb") as file:
        file.writelines(pieces)
