"""The master playlist of HLS: which tracks a film has (RFC 8216 §4.3.4)."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, count, product

from services.packaging.conversion import ConvertedTrack, is_surround
from services.packaging.film_index import FilmIndex, Track
from services.packaging.manifests.playlists import VERSION, with_query
from services.packaging.picture_conversion import ConvertedPicture

_SOUND, _SOUND_EVERYWHERE, _SURROUND = "sound", "sound-everywhere", "surround"
_PLAYED_EVERYWHERE = ("mp4a.40.", "opus", "flac")
_SUBTITLES = "subtitles"
_UNNAMED = {"AUDIO": "Sound", "SUBTITLES": "Subtitles"}
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
    """The first video track, and what it is converted to, with all sounds and ``subtitles`` to choose from; or the
    sounds alone.

    Forced subtitles have the attribute FORCED=YES, those for the deaf CHARACTERISTICS. ``query``: see playlists.py.
    """
    pictures = _pictures(index.tracks)
    sounds = sorted((track for track in index.tracks if track.kind == "audio"), key=lambda track: not track.is_default)
    groups = _groups(sounds)
    lines = ["#EXTM3U", VERSION, "#EXT-X-INDEPENDENT-SEGMENTS"]
    for group, members in groups.items():
        lines += _media("AUDIO", group, [_sound(track, query, track is members[0]) for track in members])
    lines += _media("SUBTITLES", _SUBTITLES, subtitles)
    for picture, (group, members) in product(pictures or [()], (groups or {"": []}).items()):
        variant = _rates([picture, members]) | _codecs([*picture, *members]) | _frames(picture)
        variant |= {"AUDIO": _quoted(group)} if group else {}
        variant |= {"SUBTITLES": _quoted(_SUBTITLES)} if subtitles else {}
        lines += [f"#EXT-X-STREAM-INF:{_listed(variant)}", with_query(query, f"{[*picture, *members][0].name}.m3u8")]
    for own in (picture for picture in pictures if not isinstance(picture[0], ConvertedPicture)):
        key_frames = _rates([own]) | _codecs(own) | _frames(own)
        key_frames.pop("FRAME-RATE", None)  # §4.3.4.3
        key_frames["URI"] = _quoted(with_query(query, f"iframes-{own[0].name}.m3u8"))
        lines.append(f"#EXT-X-I-FRAME-STREAM-INF:{_listed(key_frames)}")
    return "\n".join((*lines, ""))


def _pictures(tracks: Sequence[Track]) -> list[tuple[Track, ...]]:
    """Those of which a player takes one: as it is in the film, or converted, in any size, the smallest first."""
    video = [track for track in tracks if track.kind == "video"]
    return [(track,) for track in video if track.stream == video[0].stream]


def _groups(sounds: list[Track]) -> dict[str, list[Track]]:
    """All sounds as they are in the film; and where only some have a codec that all browsers play, these by themselves,
    with those that were converted to one; and once more with 5.1 in place of what has it. For hls.js refuses a group of
    which it does not play each codec, and players choose a group by its channels. Groups should all have the same
    members (§4.3.4.1.1), which they have where all others can be converted."""
    own = [track for track in sounds if not isinstance(track, ConvertedTrack)]
    playable = [track for track in sounds if track.codec.lower().startswith(_PLAYED_EVERYWHERE)]
    everywhere = [track for track in playable if not is_surround(track)]
    surround = {track.stream: track for track in playable if is_surround(track)}
    with_surround = [surround.get(track.stream, track) for track in everywhere]
    groups = {
        _SOUND: own,
        _SOUND_EVERYWHERE: everywhere if everywhere != own else [],
        _SURROUND: with_surround if surround else [],
    }
    return {group: members for group, members in groups.items() if members}


def _rates(kinds: Sequence[Sequence[Track]]) -> dict[str, str]:
    """§4.3.4.2: of one track of each kind, whichever is chosen."""
    chosen = [tracks for tracks in kinds if tracks]
    peak = 8 * sum(max(track.bytes_per_s for track in tracks) for tracks in chosen)
    average = 8 * sum(max(track.average_bytes_per_s for track in tracks) for tracks in chosen)
    is_known = all(track.average_bytes_per_s for tracks in chosen for track in tracks)
    return {"BANDWIDTH": str(max(peak, 1)), **({"AVERAGE-BANDWIDTH": str(average)} if is_known else {})}


def _codecs(tracks: Sequence[Track]) -> dict[str, str]:
    return {"CODECS": _quoted(",".join(dict.fromkeys(track.codec for track in tracks)))}


def _frames(pictures: Sequence[Track]) -> dict[str, str]:
    """What a player may choose pictures by."""
    attributes = {}
    for track in pictures:
        attributes["RESOLUTION"] = f"{track.width}x{track.height}"
        if track.frame_rate:
            attributes["FRAME-RATE"] = f"{track.frame_rate:.3f}"
        if video_range := _video_range(track):
            attributes["VIDEO-RANGE"] = video_range
    return attributes


def _video_range(track: Track) -> str | None:
    """None: the film does not tell."""
    if isinstance(track, ConvertedPicture):
        return "SDR"
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
        name = _new_name(_readable(each.label or each.language).strip() or _UNNAMED[kind], names)
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
