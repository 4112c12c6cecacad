"""Pictures that some browsers do not decode, as H.264 that all do, in one of a few sizes.

A window is what has to be decoded together: the pictures that are shown from a segment's key frame on, up to that of
the next. It becomes several segments of about a second, so the first is there soon, however rare key frames are.

A segment depends on nothing but the film, its own number and the size, so any two that follow one another join, in
whatever order they were made. It has the pictures that are shown in its time, each when the film shows it. It begins
with an IDR picture. No picture is decoded before one that is shown earlier, so nothing has to be put in order across
borders.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile

from services.packaging.conversion import positions
from services.packaging.film_index import FilmIndex, Samples, Track
from services.packaging.fmp4.fragments import NO_SAMPLES
from services.packaging.fmp4.sample_rows import each
from services.packaging.mp4.boxes import boxes

PICTURE_CONVERSION = 2  # goes up whenever any segment would be another

PICTURE_CODEC = "avc1.64002A"  # RFC 6381: H.264, High profile, level 4.2: 1080 lines at 60 Hz

# How the codecs begin, in an index or in the details of a film, and FFmpeg's names of their decoders. H.264 of 8 bits
# is not among them. Nor is Dolby Vision that can be shown as nothing else: FFmpeg does not know its colours.
_DECODERS = {
    "av01.": "libdav1d",
    "avc1.6E": "h264",
    "avc1.7A": "h264",
    "avc1.F4": "h264",
    "avc3.6E": "h264",
    "avc3.7A": "h264",
    "avc3.F4": "h264",
    "cfhd": "cfhd",
    "cinepak": "cinepak",
    "dnxhd": "dnxhd",
    "dvvideo": "dvvideo",
    "ffv1": "ffv1",
    "flv1": "flv",
    "h263": "h263",
    "hev1.": "hevc",
    "huffyuv": "huffyuv",
    "hvc1.": "hevc",
    "indeo3": "indeo3",
    "indeo4": "indeo4",
    "indeo5": "indeo5",
    "mjpeg": "mjpeg",
    "mp4v.20": "mpeg4",
    "mpeg1video": "mpeg1video",
    "mpeg2video": "mpeg2video",
    "msmpeg4v2": "msmpeg4v2",
    "msmpeg4v3": "msmpeg4",
    "prores": "prores",
    "svq1": "svq1",
    "theora": "theora",
    "vc1": "vc1",
    "vp6a": "vp6a",
    "vp6f": "vp6f",
    "wmv1": "wmv1",
    "wmv2": "wmv2",
    "wmv3": "wmv3",
}
NO_PICTURE = NO_SAMPLES  # in front of a segment, which is black: nothing of the film could be decoded
MOST_PIXELS = 4096 * 2304  # of a picture that is converted; a decoder holds some of them
_SAMPLE_ENTRY_BYTES = 8 + 78  # of VisualSampleEntry, before its boxes
_CONFIGURATIONS = (b"avcC", b"hvcC", b"av1C")


@dataclass(frozen=True, slots=True)
class Rung:
    """A size: pictures have as many ``lines`` as this, or fewer, and are not wider than 16:9 makes them. Their rate is
    ``bits_per_s`` at most."""

    lines: int
    bits_per_s: int


RUNGS = (Rung(360, 800_000), Rung(480, 1_500_000), Rung(720, 3_000_000), Rung(1080, 6_000_000))
_PEAK = 5 / 4  # of a short segment: an encoder may be half a second ahead
_SEGMENT_S = 1.0  # about
_MOST_SEGMENTS = 60  # of a window


@dataclass(frozen=True, slots=True)
class ConvertedPicture(Track):
    """A track of pictures as they are seen converted, of the size ``rung``. What of the sample entry depends on the
    encoder is known when it has made a segment, and stands in front of each. ``cuts`` are where its segments begin."""

    rung: Rung = RUNGS[0]
    cuts: tuple[float, ...] = (0.0,)

    @property
    def name(self) -> str:
        """ "x0p480": what "v0" is converted to, in this size."""
        return f"{self.name_of_any}p{self.rung.lines}"

    @property
    def name_of_any(self) -> str:
        """ "x0": the same in the size that the server chooses."""
        return f"x{self.stream}"


@dataclass(frozen=True, slots=True)
class PictureWindow:
    """What is shown from the time ``begin`` on and before ``end``: of a segment of the film. ``packets`` are what has
    to be decoded for it: (position in the film, length in bytes, when it is shown), in the order of the film. Times are
    in units of the track's timescale, on the clock of the packaged film."""

    begin: int
    end: int
    packets: tuple[tuple[int, int, int], ...]


def is_converted_picture(codec: str) -> bool:
    """Whether pictures of the codec can be converted, and some browser needs that."""
    return codec.startswith(tuple(_DECODERS))


def picture_decoder(track: Track) -> str:
    """FFmpeg's name of it. The track is one that is converted."""
    return next(decoder for begins, decoder in _DECODERS.items() if track.codec.startswith(begins))


def picture_configuration(track: Track) -> bytes:
    """What the decoder needs beside the samples; empty: nothing."""
    inside = memoryview(track.sample_entry)[_SAMPLE_ENTRY_BYTES:]
    found = (bytes(box.content) for box in boxes(inside) if box.kind in _CONFIGURATIONS)
    return track.configuration or next(found, b"")


def picture_cuts(index: FilmIndex) -> tuple[float, ...]:
    """The seconds at which segments of converted pictures begin: where those of the film do, and in between."""
    found: list[float] = []
    for begin, end in pairwise((*index.cuts, index.duration_s)):
        count = min(max(round((end - begin) / _SEGMENT_S), 1), _MOST_SEGMENTS)
        found += (begin + (end - begin) * place / count for place in range(count))
    return tuple(found)


def film_segment(index: FilmIndex, track: ConvertedPicture, number: int) -> int:
    """The segment of the film that has what is converted to segment ``number`` of the track."""
    return bisect_right(index.cuts, track.cuts[number]) - 1


def time_span(index: FilmIndex, track: ConvertedPicture, number: int) -> tuple[int | None, int | None]:
    """When segment ``number`` begins and ends, on the clock of the packaged film. None: when its window does."""
    own = film_segment(index, track, number)
    is_last = number + 1 == len(track.cuts) or film_segment(index, track, number + 1) > own
    begin = None if track.cuts[number] == index.cuts[own] else _time(index, track, track.cuts[number])
    return begin, None if is_last else _time(index, track, track.cuts[number + 1])


def converted_pictures(track: Track, cuts: tuple[float, ...]) -> tuple[ConvertedPicture, ...]:
    """In all sizes that differ, the smallest first; none is larger than the film's own. Empty: the track needs no
    conversion, or there is none for it."""
    if track.kind != "video" or not is_converted_picture(track.codec) or not track.width or not track.height:
        return ()
    if max(track.width * track.height, track.coded_width * track.coded_height) > MOST_PIXELS:
        return ()
    found: list[ConvertedPicture] = []
    for rung in RUNGS:
        width, height = _size(track, rung)
        if not found or (width, height) != (found[-1].width, found[-1].height):
            found.append(_converted(track, rung, width, height, cuts))
    return tuple(found)


def _converted(track: Track, rung: Rung, width: int, height: int, cuts: tuple[float, ...]) -> ConvertedPicture:
    return ConvertedPicture(
        track.stream,
        "video",
        PICTURE_CODEC,
        track.timescale,
        b"",
        track.language,
        track.label,
        track.is_default,
        width=width,
        height=height,
        matrix=track.matrix,
        frame_rate=track.frame_rate,
        bytes_per_s=round(rung.bits_per_s * _PEAK / 8),
        average_bytes_per_s=rung.bits_per_s // 8,
        rung=rung,
        cuts=cuts,
    )


def _size(track: Track, rung: Rung) -> tuple[int, int]:
    """Even numbers, in the shape of the film, whether that is wide or tall. Pixels are square."""
    longer, shorter = max(track.width, track.height), min(track.width, track.height)
    scale = min(1.0, rung.lines / shorter, rung.lines * 16 / 9 / longer)
    width, height = (max(round(side * scale / 2), 1) * 2 for side in (track.width, track.height))
    return width, height


def picture_window(
    index: FilmIndex, track: Track, number: int, samples: Samples | None, following: Samples | None
) -> PictureWindow:
    """The window of segment ``number`` of the film. ``samples`` are the track's in that segment, ``following`` those in
    the next."""
    own, later = _packets(samples), _packets(following)
    begin = own[0][2] if own else _time(index, track, index.cuts[number])
    if later:
        end = later[0][2]
        # Behind the next key frame are pictures that are shown before it, where a group of pictures is open.
        leading = tuple(takewhile(lambda packet: packet[2] < end, later[1:]))
        packets = (*own, later[0], *leading) if leading else own
    else:
        has_more = number + 1 < len(index.cuts)
        end = _time(index, track, index.cuts[number + 1]) if has_more else _end(samples, begin)
        packets = own
    return PictureWindow(begin, max(begin, end), packets)


def _packets(samples: Samples | None) -> tuple[tuple[int, int, int], ...]:
    if samples is None:
        return ()
    return tuple(zip(positions(samples), samples.sizes, _shown(samples), strict=True))


def _shown(samples: Samples) -> Iterator[int]:
    decoded = accumulate(each(samples.durations)[:-1], initial=samples.decode_time)
    offsets: Sequence[int] = each(samples.offsets) or [0] * len(samples.sizes)
    return (time + offset for time, offset in zip(decoded, offsets, strict=True))


def _end(samples: Samples | None, begin: int) -> int:
    """When the last picture of the film has been shown."""
    if samples is None:
        return begin
    return max(time + length for time, length in zip(_shown(samples), each(samples.durations), strict=True))


def _time(index: FilmIndex, track: Track, second: float) -> int:
    return round((second + index.delay_s) * track.timescale)
