"""AVI by hand, for tests."""

import struct
from collections.abc import Iterator

_RATE_AT, _SAMPLE_SIZE_AT = 20, 44  # in "strh"
_BYTES_AT, _ALIGN_AT = 8, 12  # in "strf" of sound
_KEY = 16  # a flag of the index


def in_long_chunks(film: bytes, bytes_per_s: int) -> bytes:
    """The film, as ffmpeg makes it of a picture and MP3 of so many bytes a second, with its sound in chunks of half a
    second, as other programs do: frames begin in one and end in the next."""
    lists = {film[at : at + 4]: film[at + 4 : at + size] for kind, at, size in _chunks(film, 12) if kind == b"LIST"}
    keys = [flags & _KEY for kind, flags in _index(film) if kind == b"00dc"]
    head = bytearray(lists[b"hdrl"].replace(b"indx", b"JUNK"))
    sound = head.index(b"auds")
    struct.pack_into("<II", head, sound + _RATE_AT, 1, bytes_per_s)
    struct.pack_into("<I", head, sound + _SAMPLE_SIZE_AT, 1)
    form = head.index(b"strf", sound) + 8
    struct.pack_into("<I", head, form + _BYTES_AT, bytes_per_s)
    struct.pack_into("<H", head, form + _ALIGN_AT, 1)
    content = lists[b"movi"]
    pictures = [content[at : at + size] for kind, at, size in _chunks(content, 0) if kind == b"00dc"]
    wave = b"".join(content[at : at + size] for kind, at, size in _chunks(content, 0) if kind == b"01wb")
    movie, index = b"movi", b""
    for number, picture in enumerate(pictures):
        half = number // 12 * bytes_per_s // 2
        sounds = [(b"01wb", _KEY, wave[half : half + bytes_per_s // 2])] if number % 12 == 0 else []
        for kind, flags, chunk in (*sounds, (b"00dc", keys[number], picture)):
            index += kind + struct.pack("<III", flags, len(movie), len(chunk))
            movie += _chunk(kind, chunk)
    return _chunk(b"RIFF", b"AVI " + _chunk(b"LIST", b"hdrl" + head) + _chunk(b"LIST", movie) + _chunk(b"idx1", index))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, int, int]]:
    """The kind of each chunk, where its content begins, and how long it is."""
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        yield kind, at + 8, size
        at += 8 + size + size % 2


def _index(film: bytes) -> Iterator[tuple[bytes, int]]:
    at, size = next((at, size) for kind, at, size in _chunks(film, 12) if kind == b"idx1")
    return ((kind, flags) for kind, flags, _, _ in struct.iter_unpack("<4sIII", film[at : at + size]))
