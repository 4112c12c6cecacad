"""Sound that many browsers do not play, as AAC that all do. It is converted window by window, one for each segment.

A window depends on nothing but the film and its own number, so any two that follow one another join, in whatever order
they were made. All have the same grid: frame n begins at sample 1,024 n on the clock of the packaged film. A window is
encoded from a little before its first frame to a little after its last, since frames of AAC overlap.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from services.packaging.codecs.aac import FRAME, aac_entry
from services.packaging.codecs.pcm import is_pcm
from services.packaging.codecs.sound_box import sampling_rate
from services.packaging.film_index import FilmIndex, Samples, Track
from services.packaging.fmp4.sample_rows import each

CONVERSION = 2  # goes up whenever any window would be another

CODEC = "mp4a.40.2"  # RFC 6381: AAC-LC

BEFORE = 4 * FRAME  # what is encoded before a window, in samples. By then the encoder does as if it had begun earlier
AFTER = 3 * FRAME  # the encoder looks ahead
SURROUND = 6  # the channels of 5.1
BITS_PER_S = {1: 96_000, 2: 192_000, SURROUND: 384_000}  # by channels
_RATES = (48_000, 44_100, 32_000)  # the best first
# FFmpeg's names of the decoders, by the codec in an index or in the details of a film.
_DECODERS = {
    "ac-3": "ac3",
    "aac_latm": "aac_latm",
    "alac": "alac",
    "dtsc": "dca",
    "ec-3": "eac3",
    "mlp": "mlp",
    "mlpa": "truehd",
    "mp1": "mp1",
    "mp2": "mp2",
    "mp3": "mp3",
    "mp4a.69": "mp3",  # of any layer
    "mp4a.6B": "mp3",
    "mp4a.A5": "ac3",
    "mp4a.A6": "eac3",
    "mp4a.A9": "dca",
    "truehd": "truehd",
    "vorbis": "vorbis",
}
# Those that need more of the container than an index keeps: they are decoded where a worker takes the film apart
# (remux/). By FFmpeg's names.
DEMUXED = frozenset(
    {
        "adpcm_g726",
        "adpcm_ima_wav",
        "adpcm_ms",
        "adpcm_swf",
        "adpcm_yamaha",
        "g723_1",
        "gsm_ms",
        "nellymoser",
        "speex",
        "truespeech",
        "wmalossless",
        "wmapro",
        "wmav1",
        "wmav2",
        "wmavoice",
    }
)
# What is decoded before that is encoded, in samples: frames of other codecs overlap, too. Those of MP3 need up to 511
# bytes of the frames before, and decoders of TrueHD begin at each 128th frame of 5/6 ms.
_DECODED = 2 * FRAME
_DECODED_OF = dict.fromkeys(("mp3", "mlp", "truehd"), 9 * FRAME)
# What these decode depends on all that was before; after a third of a second that is not heard any more.
_DECODED_OF |= dict.fromkeys(("adpcm_g726", "g723_1", "gsm_ms", "nellymoser", "speex", "truespeech"), 16 * FRAME)
# Decoders of Windows Media Audio are silent for two packets, which may be long where the bit rate is low.
_DECODED_OF |= dict.fromkeys(("wmalossless", "wmapro", "wmav1", "wmav2", "wmavoice"), 44 * FRAME)


class ConvertedTrack(Track):
    """A track of sound as it is heard converted."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """ "c1": what "a1" is converted to; "s1": the same as 5.1."""
        return f"{'s' if is_surround(self) else 'c'}{self.stream}"


@dataclass(frozen=True, slots=True)
class Window:
    """The frames of a segment that begin from sample ``first`` on and before ``end``. ``packets`` are what has to be
    decoded for them: (the sample with which it begins, its position in the film, its length in bytes), in order. All
    samples are those that are heard, counted from the beginning of the packaged film's clock."""

    first: int
    end: int
    packets: tuple[tuple[int, int, int], ...]


def is_surround(track: Track) -> bool:
    """Whether it is converted to 5.1."""
    return isinstance(track, ConvertedTrack) and track.channels == SURROUND


def is_converted(codec: str) -> bool:
    """Whether sound of the codec, a string of RFC 6381 or FFmpeg's name, can be converted."""
    return codec in _DECODERS or codec in DEMUXED or is_pcm(codec)


def decoder(track: Track) -> str:
    """FFmpeg's name of it. The track is one that is converted."""
    return _DECODERS.get(track.codec, track.codec)


def converted(track: Track) -> Iterator[ConvertedTrack]:
    """What the track is converted to: mono or stereo, and then 5.1 if it has as many channels or more. Nothing where it
    needs no conversion, or there is none for it. The results count time in samples."""
    if track.kind == "audio" and is_converted(track.codec):
        yield _converted(track, 1 if track.channels == 1 else 2)
        if track.channels >= SURROUND:
            yield _converted(track, SURROUND)


def _converted(track: Track, channels: int) -> ConvertedTrack:
    rate = _rate(track)
    bytes_per_s = BITS_PER_S[channels] // 8
    return ConvertedTrack(
        track.stream,
        "audio",
        CODEC,
        rate,
        aac_entry(rate, channels),
        track.language,
        track.label,
        track.is_default,
        channels=channels,
        bytes_per_s=bytes_per_s,
        average_bytes_per_s=bytes_per_s,
    )


def _rate(track: Track) -> int:
    """That of the result: one of which a frame of the film lasts whole samples, if there is any."""
    rate = track.rate or (sampling_rate(track.sample_entry) if track.sample_entry else track.timescale)
    fitting = (each for each in _RATES if rate and (each % rate == 0 or rate % each == 0))
    return next(fitting, _RATES[0])


def window(index: FilmIndex, track: Track, number: int, nearby: Sequence[Samples | None]) -> Window:
    """Segment ``number`` of what ``track`` is converted to. ``nearby`` are the track's samples in the segment before,
    in this, and in the next, as far as there are such segments. Where there is no sound between others, there is
    silence; after the last there is nothing."""
    rate = _rate(track)
    packets = list(_packets(track, rate, nearby))
    is_last = number + 1 == len(index.cuts)
    first = _begin(index, number, rate)
    if number == 0:
        first = min((packets[0][0] // FRAME * FRAME, first)) if packets else first
    end = max((stop for _, stop, _, _ in packets), default=first) if is_last else _begin(index, number + 1, rate)
    end = max(end, first)
    wanted = [
        (begin, position, size)
        for begin, stop, position, size in packets
        if stop > first - BEFORE - _DECODED_OF.get(decoder(track), _DECODED) and begin < end + AFTER
    ]
    return Window(first, end, tuple(wanted))


def _begin(index: FilmIndex, number: int, rate: int) -> int:
    """The first frame that begins at the cut or later."""
    return -int((index.cuts[number] + index.delay_s) * rate // -FRAME) * FRAME


def _packets(track: Track, rate: int, nearby: Iterable[Samples | None]) -> Iterator[tuple[int, int, int, int]]:
    """For each sample: when it begins and ends, where it lies in the film, and its length in bytes."""
    for samples in filter(None, nearby):
        times = list(accumulate(each(samples.durations), initial=samples.decode_time))
        heard = [(time * rate * 2 + track.timescale) // (2 * track.timescale) for time in times]
        for number, position in enumerate(positions(samples)):
            yield heard[number], heard[number + 1], position, samples.sizes[number]


def positions(samples: Samples) -> Iterator[int]:
    """Where each sample lies in the film."""
    number = 0
    for position, count in samples.runs:
        yield from accumulate(samples.sizes[number : number + count - 1], initial=position)
        number += count
