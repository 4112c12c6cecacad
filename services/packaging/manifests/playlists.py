"""Playlists of HLS for the tracks of a film, each a list of its segments (RFC 8216 §4.3.3).

``query`` is "" or what stands behind the "?" of all addresses of this version of the film. Addresses are relative to
the folder of the film's segments.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.packaging.film_index import FilmIndex, Track
from services.packaging.picture_conversion import ConvertedPicture

VERSION = "#EXT-X-VERSION:7"


def with_query(query: str, name: str) -> str:
    """The address of ``name``."""
    return f"{name}?{query}" if query else name


def media_playlist(index: FilmIndex, track: Track, query: str) -> str:
    """All segments of a track."""
    head = ["#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="{with_query(query, f"{track.name}-init.mp4")}"']
    cuts = track.cuts if isinstance(track, ConvertedPicture) else index.cuts
    names = [with_query(query, f"{track.name}-{number}.m4s") for number in range(len(cuts))]
    return _playlist(head, list(_durations(cuts, index.duration_s)), names)


def key_frame_playlist(index: FilmIndex, track: Track, query: str) -> str:
    """The picture with which each segment of a video track begins, for fast winding (§4.3.3.6)."""
    head = ["#EXT-X-I-FRAMES-ONLY", f'#EXT-X-MAP:URI="{with_query(query, f"{track.name}-init.mp4")}"']
    names = [with_query(_with_key(query), f"{track.name}-{number}.m4s") for number in range(len(index.cuts))]
    return _playlist(head, list(_durations(index.cuts, index.duration_s)), names)


def subtitles_playlist(index: FilmIndex, address: str) -> str:
    """A file of WebVTT as one segment. Its times are those of the segments, where the film's second 0 is at
    ``index.delay_s``, unless it has an X-TIMESTAMP-MAP (§3.5)."""
    return _playlist([], [index.duration_s], [address])


def _with_key(query: str) -> str:
    return f"{query}&key=1" if query else "key=1"


def _durations(cuts: Sequence[float], end: float) -> Iterator[float]:
    """Of each segment. Ends are rounded, and not durations, so that the sum is right (RFC 8216 §4.3.2.1)."""
    return (end - start for start, end in pairwise(round(time, 5) for time in (*cuts, end)))


def _playlist(head: list[str], durations: list[float], addresses: list[str]) -> str:
    longest = max(1, *(int(duration + 0.5) for duration in durations))
    lines = ["#EXTM3U", VERSION, f"#EXT-X-TARGETDURATION:{longest}", "#EXT-X-PLAYLIST-TYPE:VOD", *head]
    for duration, address in zip(durations, addresses, strict=True):
        lines += [f"#EXTINF:{duration:.5f},", address]
    return "\n".join((*lines, "#EXT-X-ENDLIST", ""))
