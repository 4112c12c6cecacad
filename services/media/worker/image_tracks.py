"""Subtitles that are pictures, in a film or beside it, a part of a track at a time. For the worker alone.

PyAV's own decoders of these give no palettes, so it only finds the packets.

Tested by tests/handlers/test_image_subtitles.py.
"""

import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from av.container import InputContainer
from av.stream import Discard
from PIL import Image

from services.errors import FilmUnreadable
from services.media.image_subtitles.display import Display, Picture
from services.media.image_subtitles.dvb import DvbReader
from services.media.image_subtitles.part import LEAD_S, PART_S, Cue, EncodedPicture, Part, shown
from services.media.image_subtitles.pgs import PgsReader
from services.media.image_subtitles.sup import segments
from services.media.image_subtitles.vobsub import VobSubReader
from services.media.image_subtitles.vobsub_file import entries, packet_at
from services.media.worker.demuxer import opened, packets, storage_error
from services.media.worker.video_tracks import video_tracks

_SECOND = 1_000_000  # as FFmpeg counts time
_OWN_CLOCK = frozenset({"mpegts", "mpeg"})  # whose time at the beginning may be any
_MOST_PIXELS = 256 * 2**20  # of all pictures of a part
_MOST_BYTES = 16 * 2**20  # of all PNGs of a part

_Read = Callable[[int, bytes], Iterator[Display]]


def extract_images(film: BinaryIO, stream: int, part: int, target: str) -> None:
    """Writes a part of the track with the index ``stream`` to the file ``target``, as JSON. Reads no more of the film
    than that takes. Raises as ``opened`` does."""
    with opened(film) as (container, _):
        _write(_displays(container, stream, part), part, target)


def convert_images(file: BinaryIO, index: str, part: int, target: str) -> None:
    """The same of a .sup, or of a .sub with the content of its .idx as ``index``. Raises FilmUnreadable where the
    content is another, or StorageError."""
    try:
        _write(_displays_of_file(file, index, part), part, target)
    except OSError as error:
        raise storage_error(error) from error


def _write(displays: Iterator[Display], part: int, target: str) -> None:
    content: Part = {"cues": list(_cues(displays, part))}
    Path(target).write_text(json.dumps(content), "ascii")


def _displays_of_file(file: BinaryIO, index: str, part: int) -> Iterator[Display]:
    start_ms, end_ms = 1000 * part * PART_S, 1000 * (part + 1) * PART_S
    if not index:
        if file.read(2) != b"PG":
            raise FilmUnreadable("this is no .sup")
        pgs = PgsReader()
        for time_ms, segment in segments(file, start_ms, end_ms):
            yield from pgs.displays(time_ms, segment)
        return
    vobsub = VobSubReader(index.encode())
    for time_ms, position in sorted(entries(index)):
        if start_ms - 1000 * LEAD_S <= time_ms < end_ms:
            yield from vobsub.displays(time_ms, packet_at(file, position))


def _displays(film: InputContainer, index: int, part: int) -> Iterator[Display]:
    track = next((each for each in film.streams.subtitles if each.index == index), None)
    if track is None:
        raise FilmUnreadable("there is no such track")
    origin_s = _origin_s(film)
    read = _reader(film, track)
    first_s, end_s = part * PART_S, (part + 1) * PART_S
    if first_s > LEAD_S:
        film.seek(int((first_s - LEAD_S + origin_s) * _SECOND))
    pictures = video_tracks(film).film  # tells where in the film it is, since subtitles are rare
    wanted = [each for each in film.streams if each is track or each is pictures]
    for each in film.streams:
        if each not in wanted:
            each.discard = Discard.all
    for packet in packets(film, *wanted):
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None or not packet.size:
            continue
        time_s = time * packet.time_base - origin_s
        if time_s >= end_s:
            if packet.stream is track or time_s > end_s + 1:
                return
        elif packet.stream is track:
            yield from read(round(time_s * 1000), bytes(packet))


def _origin_s(film: InputContainer) -> Fraction:
    """The film's own time at its second 0."""
    if film.format.name not in _OWN_CLOCK:
        return Fraction(0)
    first = video_tracks(film).film
    if first is not None and first.start_time is not None and first.time_base is not None:
        return first.start_time * first.time_base
    return Fraction(film.start_time or 0, _SECOND)


def _reader(film: InputContainer, track: Any) -> _Read:
    codec = track.codec_context.codec.canonical_name
    head = track.codec_context.extradata or b""
    if codec == "hdmv_pgs_subtitle":
        return PgsReader().displays
    if codec == "dvb_subtitle":
        return DvbReader(head).displays
    if codec == "dvd_subtitle":
        pictures = video_tracks(film).film
        canvas = [(pictures.codec_context.width, pictures.codec_context.height)] if pictures else []
        return VobSubReader(head, *canvas).displays
    raise FilmUnreadable(f"subtitles of the kind {codec} are not read")


def _cues(displays: Iterator[Display], part: int) -> Iterator[Cue]:
    pixels = size = 0
    for display, end_ms in shown(displays, part):
        pixels += sum(each.width * each.height for each in display.pictures)
        if pixels > _MOST_PIXELS or size > _MOST_BYTES:
            return
        pictures = [_encoded(each) for each in display.pictures]
        size += sum(len(each["png"]) for each in pictures)
        yield {
            "start": display.start_ms / 1000,
            "end": end_ms / 1000,
            "canvas": display.canvas,
            "pictures": pictures,
        }


def _encoded(picture: Picture) -> EncodedPicture:
    image = Image.frombytes("P", (picture.width, picture.height), picture.pixels())
    image.putpalette(picture.palette, "RGBA")
    png = io.BytesIO()
    image.save(png, "PNG")
    return {
        "x": picture.x,
        "y": picture.y,
        "width": picture.width,
        "height": picture.height,
        "png": b64encode(png.getvalue()).decode("ascii"),
    }
