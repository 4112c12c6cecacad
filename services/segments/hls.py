"""The playlists of HLS of a film: the master playlist, and those of its tracks, key frames and subtitles.

Tested by tests/handlers/test_segments.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import fsencode
from urllib.parse import quote

from services.errors import SegmentNotFound
from services.http.ranges import ByteRange
from services.http.representation import EntityTag, Representation
from services.library import Movie
from services.media.details import Details
from services.packaging.film_index import FilmIndex, Track
from services.packaging.fmp4.parts import Parts, Segment
from services.packaging.manifests.master_playlist import Rendition, master_playlist
from services.packaging.manifests.playlists import key_frame_playlist, media_playlist, subtitles_playlist, with_query
from services.packaging.version import packaged_version

_MASTER, _KEYS, _SUBTITLES = "master", "iframes-", "subtitles-"  # names of playlists, or their beginnings
_FIRST_LINE = "WEBVTT\n"
_TICKS_PER_S = 90_000
# https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices (4.6)
_DESCRIBES_SOUND = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"


def mapped_subtitles(webvtt: Representation, second_0: int) -> Segment:
    """WebVTT, not compressed, that says that its second 0 is at ``second_0`` of the media, in ticks of 90 kHz
    (X-TIMESTAMP-MAP, RFC 8216 §3.5)."""
    head = f"{_FIRST_LINE}X-TIMESTAMP-MAP=MPEGTS:{second_0},LOCAL:00:00:00.000\n".encode("ascii")
    parts = Parts((head, ByteRange(len(_FIRST_LINE), webvtt.complete_length - 1)))
    entity_tag = EntityTag(f"{webvtt.entity_tag.opaque}-{second_0}", webvtt.entity_tag.weak)
    return Segment(replace(webvtt, complete_length=len(parts), entity_tag=entity_tag), parts)


@dataclass(frozen=True, slots=True)
class HlsFilm:
    """A packaged film, and what is known of it. ``index`` is the one that players see. ``converts``: this server can
    convert files of subtitles."""

    movie: Movie
    details: Details
    index: FilmIndex
    converts: bool

    def playlist(self, name: str) -> str:
        """The playlist called "master", "v0", "iframes-v0" or "subtitles-t2". Raises SegmentNotFound."""
        if name == _MASTER:
            return master_playlist(self.index, [each.rendition(self._query) for each in self._subtitles()], self._query)
        if name.startswith(_SUBTITLES):
            return subtitles_playlist(self.index, self._subtitles_address(name.removeprefix(_SUBTITLES)))
        if name.startswith(_KEYS):
            return key_frame_playlist(self.index, self._track(name.removeprefix(_KEYS)), self._query)
        return media_playlist(self.index, self._track(name), self._query)

    @property
    def _query(self) -> str:
        return f"v={packaged_version(self.movie.file.entity_tag).in_url}"

    def _track(self, name: str) -> Track:
        for track in self.index.tracks:
            if track.name == name:
                return track
        raise SegmentNotFound(name)

    def _subtitles_address(self, key: str) -> str:
        """Where the WebVTT is, seen from the folder of the segments. In their times, the film's second 0 is somewhat
        later."""
        for each in self._subtitles():
            if each.key == key:
                path = self.movie.path
                up = "../" * (path.count("/") + 2)
                second_0 = round(self.index.delay_s * _TICKS_PER_S)
                return f"{up}subtitles/{quote(fsencode(path))}/{key}.vtt?v={each.version.in_url}&mpegts={second_0}"
        raise SegmentNotFound(key)

    def _subtitles(self) -> Iterator["_Subtitles"]:
        """Those beside the film, then those in it."""
        for stored in self.movie.subtitles if self.converts else ():
            told = stored.told
            yield _Subtitles(
                told.key,
                stored.file.entity_tag,
                told.language or "",
                told.label or "",
                told.default,
                told.forced,
                told.hearing_impaired,
            )
        for track in self.details.get("subtitles", []):
            yield _Subtitles(
                track["key"],
                self.movie.file.entity_tag,
                track.get("language", ""),
                track.get("label", ""),
                track.get("default", False),
                track.get("forced", False),
                track.get("hearing_impaired", False),
            )


@dataclass(frozen=True, slots=True)
class _Subtitles:
    """``version`` is of the file that they are in."""

    key: str
    version: EntityTag
    language: str
    label: str
    is_default: bool
    is_forced: bool
    describes_sound: bool

    def rendition(self, query: str) -> Rendition:
        attributes = {"FORCED": "YES"} if self.is_forced else {}
        if self.describes_sound:
            attributes["CHARACTERISTICS"] = f'"{_DESCRIBES_SOUND}"'
        address = with_query(query, f"{_SUBTITLES}{self.key}.m3u8")
        return Rendition(address, self.language, self.label, self.is_default, attributes)
