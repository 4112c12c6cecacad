"""Initialisation segments: what a player has to know of a track before its first segment (ISO/IEC 14496-12 §8.8)."""

import struct

from services.media.languages import three_letters
from services.packaging.film_index import FilmIndex, Track
from services.packaging.fmp4.new_box import new_box, new_full_box

_UNTURNED = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
_ENABLED_IN_MOVIE_AND_PREVIEW = 7
_DATA_IN_THIS_FILE = 1


def init_segment(index: FilmIndex, track: Track, track_id: int = 1) -> bytes:
    """The boxes "ftyp" and "moov" for a file that has ``track`` alone, under the number ``track_id``."""
    return new_box(b"ftyp", b"iso6", bytes(4), b"iso6", b"cmfc", b"mp41") + new_box(
        b"moov", _movie_header(track, track_id), _track(track, track_id), _fragments_follow(index, track, track_id)
    )


def _movie_header(track: Track, track_id: int) -> bytes:
    """§8.2.2. The movie counts time as its only track does."""
    rate_and_volume = struct.pack(">IH", 1 << 16, 1 << 8)
    next_track_id = struct.pack(">I", track_id + 1)
    times = struct.pack(">8xII", track.timescale, 0)
    return new_full_box(b"mvhd", 0, 0, times, rate_and_volume, bytes(10), _UNTURNED, bytes(24), next_track_id)


def _track(track: Track, track_id: int) -> bytes:
    return new_box(b"trak", _track_header(track, track_id), _media(track))


def _track_header(track: Track, track_id: int) -> bytes:
    """§8.3.2. Width and height are numbers of 16.16 bits."""
    volume = 1 << 8 if track.kind == "audio" else 0
    fields = struct.pack(">8xI4xI8xHHH2x", track_id, 0, 0, 0, volume)
    size = struct.pack(">II", *(min(side, 0xFFFF) << 16 for side in (track.width, track.height)))
    return new_full_box(b"tkhd", 0, _ENABLED_IN_MOVIE_AND_PREVIEW, fields, track.matrix or _UNTURNED, size)


def _media(track: Track) -> bytes:
    """§8.4."""
    times = struct.pack(">8xII", track.timescale, 0)
    header = new_full_box(b"mdhd", 0, 0, times, struct.pack(">HH", _packed_language(track.language), 0))
    handler, name = (b"vide", b"Picture\0") if track.kind == "video" else (b"soun", b"Sound\0")
    return new_box(
        b"mdia",
        header,
        new_full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), name),
        _extended_language(track.language),
        _media_information(track),
    )


def _packed_language(language: str) -> int:
    """Three letters of ISO 639-2/T, five bits each (§8.4.2)."""
    first, second, third = (ord(letter) - 0x60 for letter in three_letters(language))
    return first << 10 | second << 5 | third


def _extended_language(language: str) -> bytes:
    """§8.4.6: the whole tag, where three letters do not tell it."""
    return new_full_box(b"elng", 0, 0, language.encode("ascii"), b"\0") if "-" in language else b""


def _media_information(track: Track) -> bytes:
    """§8.4.4. The tables of samples are empty: all samples are in fragments."""
    header = new_full_box(b"vmhd", 0, 1, bytes(8)) if track.kind == "video" else new_full_box(b"smhd", 0, 0, bytes(4))
    references = new_full_box(b"dref", 0, 0, struct.pack(">I", 1), new_full_box(b"url ", 0, _DATA_IN_THIS_FILE))
    tables = new_box(
        b"stbl",
        new_full_box(b"stsd", 0, 0, struct.pack(">I", 1), track.sample_entry),
        new_full_box(b"stts", 0, 0, bytes(4)),
        new_full_box(b"stsc", 0, 0, bytes(4)),
        new_full_box(b"stsz", 0, 0, bytes(8)),
        new_full_box(b"stco", 0, 0, bytes(4)),
    )
    return new_box(b"minf", header, new_box(b"dinf", references), tables)


def _fragments_follow(index: FilmIndex, track: Track, track_id: int) -> bytes:
    """§8.8.1 to §8.8.3. Each fragment says what its samples have in common, so there is nothing to say here."""
    duration = round((index.delay_s + index.duration_s) * track.timescale)
    return new_box(
        b"mvex",
        new_full_box(b"mehd", 1, 0, struct.pack(">Q", duration)),
        new_full_box(b"trex", 0, 0, struct.pack(">5I", track_id, 1, 0, 0, 0)),
    )
