"""The master playlist of HLS: which tracks a film has (RFC 8216 §4.3.4)."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, count

from services.packaging.film_index import FilmIndex, Track
from services.packaging.playlists import VERSION, with_query

_SOUND = "sound"
_SUBTITLES = "subtitles"
_COLOUR = b"colrnclx"  # ISO/IEC 14496-12 §12.1.5: primaries and transfer follow, of 16 bits each
_VIDEO_RANGES = {1: "SDR", 6: "SDR", 16: "PQ", 18: "HLG"}  # by the transfer, as ISO/IEC 23091-2 §8.2 counts them
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")


@dataclass(frozen=True, slots=True)
class Rendition:
    """A sound, or subtitles, that a viewer may choose. ``address`` is that of its playlist."""

    address: str
    language: str = ""
    label: str = ""
    is_default: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def master_playlist(index: FilmIndex, subtitles: Sequence[Rendition], query: str) -> str:
    """The first video track, with all sounds and ``subtitles`` to choose from; or the sounds alone.

    Forced subtitles have the attribute FORCED=YES, those for the deaf CHARACTERISTICS. ``query``: see playlists.py.
    """
    pictures = [track for track in index.tracks if track.kind == "video"][:1]
    sounds = sorted((track for track in index.tracks if track.kind == "audio"), key=lambda track: not track.is_default)
    variant = _stream(pictures, sounds)
    if pictures and pictures[0].frame_rate:
        variant["FRAME-RATE"] = f"{pictures[0].frame_rate:.3f}"
    if sounds:
        variant["AUDIO"] = _quoted(_SOUND)
    if subtitles:
        variant["SUBTITLES"] = _quoted(_SUBTITLES)
    lines = [
        "#EXTM3U",
        VERSION,
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *_media("AUDIO", _SOUND, [_sound(track, query, track is sounds[0]) for track in sounds]),
        *_media("SUBTITLES", _SUBTITLES, subtitles),
        f"#EXT-X-STREAM-INF:{_listed(variant)}",
        with_query(query, f"{(pictures or sounds)[0].name}.m3u8"),
    ]
    for track in pictures:
        address = {"URI": _quoted(with_query(query, f"iframes-{track.name}.m3u8"))}
        lines.append(f"#EXT-X-I-FRAME-STREAM-INF:{_listed(_stream(pictures, []) | address)}")
    return "\n".join((*lines, ""))


def _stream(pictures: Sequence[Track], sounds: Sequence[Track]) -> dict[str, str]:
    """§4.3.4.2: what is true whichever of the sounds is chosen."""
    kinds = [tracks for tracks in (pictures, sounds) if tracks]
    peak = 8 * sum(max(track.bytes_per_s for track in tracks) for tracks in kinds)
    average = 8 * sum(max(track.average_bytes_per_s for track in tracks) for tracks in kinds)
    codecs = dict.fromkeys(track.codec for tracks in kinds for track in tracks)
    attributes = {"BANDWIDTH": str(max(peak, 1)), "CODECS": _quoted(",".join(codecs))}
    if all(track.average_bytes_per_s for tracks in kinds for track in tracks):
        attributes["AVERAGE-BANDWIDTH"] = str(average)
    for track in pictures:
        attributes["RESOLUTION"] = f"{track.width}x{track.height}"
        if video_range := _video_range(track):
            attributes["VIDEO-RANGE"] = video_range
    return attributes


def _video_range(track: Track) -> str | None:
    """None: the film does not tell."""
    _, found, colour = track.sample_entry.partition(_COLOUR)
    return _VIDEO_RANGES.get(int.from_bytes(colour[2:4], "big")) if found else None


def _sound(track: Track, query: str, is_default: bool) -> Rendition:
    attributes = {"CHANNELS": _quoted(str(track.channels))} if track.channels else {}
    return Rendition(with_query(query, f"{track.name}.m3u8"), track.language, track.label, is_default, attributes)


def _media(kind: str, group: str, renditions: Sequence[Rendition]) -> Iterator[str]:
    """§4.3.4.1. No two names of a group are alike. Where only names differ, players are to choose but one."""
    by_preference = sorted(renditions, key=lambda each: not each.is_default)
    chosen = {_choice(each): each for each in reversed(by_preference)}
    names: set[str] = set()
    for each in renditions:
        name = _new_name(_readable(each.label or each.language).strip() or group.capitalize(), names)
        names.add(name)
        attributes = {
            "TYPE": kind,
            "GROUP-ID": _quoted(group),
            "NAME": _quoted(name),
            **({"LANGUAGE": _quoted(each.language)} if each.language else {}),
            "DEFAULT": "YES" if each.is_default and each is by_preference[0] else "NO",
            "AUTOSELECT": "YES" if each is chosen[_choice(each)] else "NO",
            **each.attributes,
            "URI": _quoted(each.address),
        }
        yield f"#EXT-X-MEDIA:{_listed(attributes)}"


def _choice(rendition: Rendition) -> tuple[str, ...]:
    """What a player chooses by."""
    return rendition.language, *(rendition.attributes.get(name, "") for name in ("FORCED", "CHARACTERISTICS"))


def _new_name(name: str, others: Set[str]) -> str:
    numbered = (f"{name} {number}" for number in count(2))
    return next(each for each in chain((name,), numbered) if each not in others)


def _listed(attributes: dict[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in attributes.items())


def _readable(text: str) -> str:
    """``text`` as a quoted string may have it (§4.2): without quotes and line ends."""
    return text.translate(_CONTROLS).replace('"', "'")


def _quoted(text: str) -> str:
    return f'"{_readable(text)}"'
