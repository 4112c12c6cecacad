"""The tracks in "moov" (ISO/IEC 14496-12 §8.2), and which of them are the film.

Tested by tests/services/packaging/mp4/test_index.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from services.packaging.codecs.description import Description
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import boxes, child, fields, required
from services.packaging.mp4.descriptions.sample_descriptions import data_reference, description
from services.packaging.mp4.edit_list import Edit, read_edit
from services.packaging.mp4.track import Header, chapter_tracks, is_in_this_file, read_header

_MOST_TRACKS = 64


@dataclass(frozen=True, slots=True)
class MovieTrack:
    """A track of picture or sound. ``trak`` is the content of its box."""

    header: Header
    trak: memoryview
    movie_timescale: int

    @property
    def tables(self) -> memoryview:
        """The content of "stbl"."""
        return required(self.trak, b"mdia", b"minf", b"stbl")

    def edit(self) -> Edit:
        return read_edit(self.trak, self.header.timescale, self.movie_timescale)

    def description(self, number: int) -> Description | None:
        """How samples are coded that have entry ``number``, from 1, of "stsd". None: as no browser plays them, or they
        are in another file. Raises NotPackaged as ``sample_descriptions.description``."""
        stsd = required(self.tables, b"stsd")
        if not is_in_this_file(self.trak, data_reference(stsd, number)):
            return None
        return description(stsd, number, self.header.kind)


class DescribedTrack(NamedTuple):
    """A track, and what ``MovieTrack.description`` says of its samples."""

    track: MovieTrack
    description: Description | None


def movie_tracks(moov: memoryview) -> list[MovieTrack]:
    """The tracks of picture and sound, without those that only picture chapters. Raises NotPackaged where what must be
    known of one is not there."""
    mvhd = required(moov, b"mvhd")
    (timescale,) = fields(mvhd, "I", 4 + (16 if fields(mvhd, "B")[0] == 1 else 8))
    if not timescale:
        raise NotPackaged("a film without a clock")
    traks = [box.content for box in islice((box for box in boxes(moov) if box.kind == b"trak"), _MOST_TRACKS)]
    chapters = {number for trak in traks for number in chapter_tracks(trak)}
    tracks = []
    for stream, trak in enumerate(traks):
        header = read_header(trak, stream)
        if header and header.number not in chapters:
            tracks.append(MovieTrack(header, trak, timescale))
    return tracks


def film_tracks(tracks: Sequence[DescribedTrack]) -> list[DescribedTrack]:
    """The picture, if there is one, and all sounds that browsers may play; a picture that is only seen converted where
    there is no other. Raises NotPackaged if they play no picture, or no sound where there is only that."""
    sounds = [each for each in tracks if each.track.header.kind == "audio" and each.description]
    pictures = [each for each in tracks if each.track.header.kind == "video"]
    playable = [each for each in pictures if each.description]
    if pictures and not playable:
        raise NotPackaged("no picture that browsers play")
    if not playable and not sounds:
        raise NotPackaged("nothing that browsers play")
    as_they_are = [each for each in playable if each.description and each.description.sample_entry]
    playable = as_they_are or playable
    enabled = (each for each in playable if each.track.header.is_default)
    return [*([next(enabled, playable[0])] if playable else []), *sounds]


def is_fragmented(moov: memoryview) -> bool:
    """Whether there may be samples in fragments."""
    return child(moov, b"mvex") is not None
