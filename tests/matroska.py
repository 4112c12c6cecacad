"""Matroska by hand, for tests (RFC 9559)."""

import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import av

UNKNOWN = b"\x01" + 7 * b"\xff"  # a size
AAC = bytes.fromhex("1190")  # AudioSpecificConfig: AAC-LC, 48,000 Hz, stereo
AVC = bytes.fromhex("0164001effe1000467640000010004 68eb0000".replace(" ", ""))  # avcC: one SPS, one PPS


def element(name: str, *content: bytes) -> bytes:
    """``name`` is the ID in hexadecimal digits."""
    body = b"".join(content)
    return bytes.fromhex(name) + (len(body) | 1 << 28).to_bytes(4, "big") + body


def number(name: str, value: int) -> bytes:
    return element(name, value.to_bytes(8, "big"))


def simple(track: int, ticks: int, frame: bytes = b"frame", *, key: bool = False, lacing: int = 0) -> bytes:
    """A SimpleBlock, ``ticks`` after its cluster."""
    head = bytes([0x80 | track]) + ticks.to_bytes(2, "big", signed=True) + bytes([key << 7 | lacing])
    return element("a3", head, frame)


def group(track: int, ticks: int, frame: bytes = b"frame", *, key: bool = False, duration: int | None = None) -> bytes:
    """A BlockGroup. A block that is not ``key`` refers to another."""
    block = element("a1", bytes([0x80 | track]), ticks.to_bytes(2, "big", signed=True), b"\0", frame)
    length = b"" if duration is None else number("9b", duration)
    return element("a0", block, length, b"" if key else element("fb", b"\xff"))


def cluster(ticks: int, *blocks: bytes, sized: bool = True) -> bytes:
    content = number("e7", ticks) + b"".join(blocks)
    return element("1f43b675", content) if sized else bytes.fromhex("1f43b675") + UNKNOWN + content


def video_track(*more: bytes, track: int = 1, codec: bytes = b"V_MPEG4/ISO/AVC", private: bytes = AVC) -> bytes:
    sides = element("e0", number("b0", 640), number("ba", 360))
    return _track(track, 1, codec, private, sides, *more)


def audio_track(
    *more: bytes, track: int = 2, codec: bytes = b"A_AAC", private: bytes = AAC, rate: int | None = None
) -> bytes:
    frequency = b"" if rate is None else element("b5", struct.pack(">d", rate))
    return _track(track, 2, codec, private, element("e1", number("9f", 2), frequency), *more)


def _track(track: int, kind: int, codec: bytes, private: bytes, *more: bytes) -> bytes:
    return element("ae", number("d7", track), number("83", kind), element("86", codec), element("63a2", private), *more)


def _info(duration_ticks: float | None, tick_ns: int | None) -> bytes:
    tick = b"" if tick_ns is None else number("2ad7b1", tick_ns)
    return element(
        "1549a966", tick, b"" if duration_ticks is None else element("4489", struct.pack(">d", duration_ticks))
    )


def compressed(path: Path, prefixes: tuple[bytes, bytes] | None) -> bytes:
    """The film at ``path``, which has a picture and a sound, with its frames compressed: without what each track's
    begin with, or if that is None by zlib."""
    pictures, sounds = (_encodings(prefix) for prefix in prefixes or (None, None))
    blocks: dict[int, list[bytes]] = {}
    with av.open(str(path)) as source:
        audio = source.streams.audio[0]
        names = {"aac": b"A_AAC", "ac3": b"A_AC3"}
        tracks = (
            video_track(pictures, private=source.streams.video[0].codec_context.extradata),
            audio_track(
                sounds,
                codec=names[audio.codec_context.name],
                private=audio.codec_context.extradata or b"",
                rate=audio.codec_context.sample_rate,
            ),
        )
        packets = sorted((each for each in source.demux() if each.size), key=lambda each: each.dts * each.time_base)
        for packet in packets:
            ticks = round(packet.pts * packet.time_base * 1000)
            track = 1 + (packet.stream.type == "audio")
            if prefixes:
                assert bytes(packet).startswith(prefixes[track - 1])
                frame = bytes(packet).removeprefix(prefixes[track - 1])
            else:
                frame = zlib.compress(bytes(packet))
            if packet.stream.type == "video" and packet.is_keyframe:
                begin = ticks
                blocks[begin] = []
            if not blocks:
                continue  # sound in front of the first picture
            blocks[begin].append(simple(track, ticks - begin, frame, key=packet.is_keyframe))
    clusters = [cluster(begin, *those) for begin, those in blocks.items()]
    return film(tracks, clusters, [(begin, 1, place) for place, begin in enumerate(blocks)], duration_ms=ticks + 42.0)


def _encodings(prefix: bytes | None) -> bytes:
    how = number("4254", 0) if prefix is None else number("4254", 3) + element("4255", prefix)
    return element("6d80", element("6240", element("5034", how)))


def film(
    tracks: Iterable[bytes],
    clusters: Iterable[bytes],
    cues: Iterable[tuple[int, int, int]] = (),
    *,
    duration_ms: float | None = 10_000.0,
    tick_ns: int | None = None,
    sized: bool = True,
) -> bytes:
    """A film whose cues, in front of its clusters, are (ticks, track, number of the cluster).

    ``duration_ms`` is in ticks, if these are others."""
    clusters = list(clusters)
    head = _info(duration_ms, tick_ns) + element("1654ae6b", *tracks)
    places = list(cues)
    first = len(head) + (len(_cues(places, [0] * len(clusters))) if places else 0)
    starts = [first + sum(map(len, clusters[:n])) for n in range(len(clusters))]
    content = head + (_cues(places, starts) if places else b"") + b"".join(clusters)
    header = element("1a45dfa3", element("4282", b"matroska"))
    return header + (element("18538067", content) if sized else bytes.fromhex("18538067") + UNKNOWN + content)


def _cues(places: list[tuple[int, int, int]], starts: list[int]) -> bytes:
    return element(
        "1c53bb6b",
        *(
            element("bb", number("b3", ticks), element("b7", number("f7", track), number("f1", starts[place])))
            for ticks, track, place in places
        ),
    )
