"""What is known of a film that is packaged: its tracks, where its segments begin, and where their samples are.

Terms are those of ISO/IEC 14496-12: a track has samples in decode order; a sample has a duration and a composition
offset in units of the track's timescale. A packaged film has one clock for all its tracks. It begins early enough that
no decode time and no composition offset is negative. Some players refuse negative decode times. Others show pictures
late if offsets are negative.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal


class NotPackaged(Exception):
    """This film cannot be packaged, so it plays as it is. The text says why, for the log."""


@dataclass(frozen=True, slots=True)
class Track:
    """A track that browsers may play.

    ``stream`` is its number among all streams of the file, from 0. ``codec`` is a string of RFC 6381.
    ``sample_entry`` is the whole box of "stsd" that describes its samples, "avc1" for instance; empty: the track is
    never sent as it is, only converted (conversion.py). ``language`` is
    a BCP 47 tag in its shortest form, ``label`` the track's own title; both may be empty. ``width`` and ``height`` are
    those of "tkhd": as shown, before ``matrix`` turns it (nine numbers of 32 bits; empty: it is not turned).
    ``coded_width`` and ``coded_height`` are those of the samples, whose pixels need not be square.
    ``configuration`` is what FFmpeg's decoder of a sound needs beside the samples, ``rate`` that of a sound in Hz;
    empty and 0: the samples tell. ``bytes_per_s`` is the largest rate of a segment, ``average_bytes_per_s`` that of the
    film (BANDWIDTH and AVERAGE-BANDWIDTH of HLS); 0: not known.
    """

    stream: int
    kind: Literal["video", "audio"]
    codec: str
    timescale: int
    sample_entry: bytes
    language: str = ""
    label: str = ""
    is_default: bool = False
    width: int = 0
    height: int = 0
    coded_width: int = 0
    coded_height: int = 0
    matrix: bytes = b""
    frame_rate: float = 0.0
    channels: int = 0
    configuration: bytes = b""
    rate: int = 0
    bytes_per_s: int = 0
    average_bytes_per_s: int = 0

    @property
    def name(self) -> str:
        """What addresses call it: "v0", "a1"."""
        return f"{self.kind[0]}{self.stream}"


@dataclass(frozen=True, slots=True)
class Samples:
    """Consecutive samples of one track, in decode order: those of a segment.

    ``decode_time`` is the first sample's, on the clock of the packaged film. ``runs`` are (position of the first byte
    in the film, number of samples): the samples of a run lie one after another. ``sizes`` are in bytes. ``durations``
    and ``offsets`` are (number of samples, value); the offsets, composition time less decode time, are empty where all
    are 0. ``keys`` are the numbers of the sync samples, counted from 0 within these; None: each is one.
    """

    decode_time: int
    runs: tuple[tuple[int, int], ...]
    sizes: Sequence[int]
    durations: tuple[tuple[int, int], ...]
    offsets: tuple[tuple[int, int], ...] = ()
    keys: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class FilmIndex:
    """A packaged film. Segment ``n`` has what is presented from ``cuts[n]`` up to ``cuts[n + 1]``, or the end.

    Times are in seconds of the film, as pages and subtitles count them. ``delay_s`` is where the film's second 0 is on
    the clock of the packaged film. Each cut but the first is the presentation time of a random access point of the
    first video track, at least ``cuts.SHORTEST_S`` after the one before.
    """

    duration_s: float
    delay_s: float
    cuts: tuple[float, ...]
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class PackagedFilm:
    """A film whose tables tell of all samples. ``segments`` has, for each segment in turn, the samples of each track in
    the order of ``index.tracks``; None where a track has none there. They are made as they are asked for, once."""

    index: FilmIndex
    segments: Iterator[tuple[Samples | None, ...]]
