"""The details of a film, as its container gives them. For the worker alone.

Values that cannot be true of any film, such as a frame rate of 0, are left out.
"""

import re
from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from services.errors import FilmUnreadable
from services.media.codecs import audio_codec, codec_name, video_codec, vp9_codec
from services.media.details import (
    MAX_CHANNELS,
    MAX_CHAPTERS,
    MAX_FRAME_RATE,
    MAX_SIDE,
    MAX_STREAM,
    MAX_TEXT,
    MAX_TIME_S,
    MAX_TRACKS,
    Audio,
    Chapter,
    Details,
    EmbeddedSubtitles,
    Video,
    media_type_of,
)
from services.media.languages import language_tag
from services.media.worker.demuxer import opened
from services.media.worker.film_tail import film_length
from services.media.worker.last_fragment import first_fragments, last_fragment_end_s
from services.media.worker.length import Length, length
from services.media.worker.movie_box import movie_box
from services.media.worker.open_gop import has_open_gops
from services.media.worker.tags import described_by_tags
from services.media.worker.text_tracks import is_styled
from services.media.worker.video_tracks import video_tracks

_IMAGE_SUBTITLES = frozenset({"dvb_subtitle", "dvd_subtitle", "hdmv_pgs_subtitle"})
_UNREAD_SUBTITLES = frozenset({"xsub"})  # of DivX, in old AVI films
_AV1_PROFILES = ("Main", "High", "Professional")  # by number
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HDR_TRANSFERS = frozenset({16, 18})  # ISO/IEC 23091-2: PQ (SMPTE ST 2084) and HLG (ARIB STD-B67)


def probe(film: BinaryIO) -> Details:
    """The details of the film. Raises FilmUnreadable if it has neither picture nor sound, and as ``opened`` does."""
    fragments_end_s = last_fragment_end_s(film)
    with opened(film if fragments_end_s is None else first_fragments(film)) as (container, head):
        details: Details = {"state": "known", "container": _container(container, head)}
        streams = [stream for stream in container.streams if stream.codec_context]
        tracks = video_tracks(container)
        if tracks.film:
            details["video"] = _video(tracks.film)
            if has_open_gops(container, tracks.film):
                details["video"]["open_gop"] = True
        if tracks.cover:
            details["has_cover"] = True
        if audio := [_audio(stream) for stream in streams if isinstance(stream, AudioStream)]:
            details["audio"] = audio[:MAX_TRACKS]
        if not tracks.film and not audio:
            raise FilmUnreadable("neither picture nor sound")
        details["type"] = media_type_of(details)
        _add_subtitles(details, container, [stream for stream in streams if stream.type == "subtitle"])
        if chapters := _chapters(container):
            details["chapters"] = chapters
        if tags := described_by_tags(container.metadata):
            details["tags"] = tags
        # Last, since these move the film's position.
        _add_length(details, length(film, container, fragments_end_s))
        if details["container"] in ("mp4", "mov") and (box := movie_box(film)) and box.length <= film_length(film):
            details["index_bytes"] = box.length
        return details


def _container(container: InputContainer, head: bytes) -> str:
    name = container.format.name.split(",")[0]
    if name == "matroska":
        return "webm" if b"webm" in head else "matroska"  # the DocType in the EBML header
    if name == "mov":
        return "mp4" if container.metadata.get("major_brand", "qt  ") != "qt  " else "mov"
    return name


def _video(stream: VideoStream) -> Video:
    context = stream.codec_context
    codec = context.codec.canonical_name
    frame_rate = float(stream.average_rate or 0)
    shown_width = round(context.width * (stream.sample_aspect_ratio or 1))
    components = context.format.components if context.format else ()  # pixel formats of graphics cards have none
    bit_depth = components[0].bits if components else 8
    video: Video = {
        "codec": _video_string(stream, codec, bit_depth, frame_rate),
        "name": codec_name(codec),
        "width": min(shown_width if 0 < shown_width <= MAX_SIDE else context.width, MAX_SIDE),
        "height": min(context.height, MAX_SIDE),
        "bit_depth": bit_depth,
    }
    if 0 < frame_rate <= MAX_FRAME_RATE:
        video["frame_rate"] = round(frame_rate, 3)
    if context.color_trc in _HDR_TRANSFERS:
        video["hdr"] = True
    return video


def _video_string(stream: VideoStream, codec: str, bit_depth: int, frame_rate: float) -> str:
    context = stream.codec_context
    if codec == "vp9":
        profile = (context.profile or "").removeprefix("Profile ")
        return vp9_codec(
            int(profile) if profile.isdecimal() else 0, bit_depth, context.width, context.height, frame_rate
        )
    found = video_codec(codec, context.extradata or b"", context.codec_tag) or codec
    if found == "av1" and context.profile in _AV1_PROFILES:  # AVI has no av1C
        return f"av01.{_AV1_PROFILES.index(context.profile)}.{max(context.level, 0):02d}M.{bit_depth:02d}"
    return found


def _audio(stream: AudioStream) -> Audio:
    context = stream.codec_context
    codec = context.codec.canonical_name
    audio: Audio = {
        "codec": audio_codec(codec, context.extradata or b"", context.profile),
        "name": codec_name(codec),
    }
    if stream.index <= MAX_STREAM:
        audio["stream"] = stream.index
    _label(audio, stream)
    if stream.disposition & Disposition.comment:
        audio["commentary"] = True
    if stream.disposition & (Disposition.visual_impaired | Disposition.descriptions):
        audio["described"] = True
    if stream.disposition & Disposition.hearing_impaired:
        audio["hearing_impaired"] = True
    if 0 < context.channels <= MAX_CHANNELS:
        audio["channels"] = context.channels
    return audio


def _add_subtitles(details: Details, container: InputContainer, streams: list[Stream]) -> None:
    texts: list[EmbeddedSubtitles] = []
    images: list[EmbeddedSubtitles] = []
    for stream in streams[:MAX_TRACKS]:
        codec = stream.codec_context.codec.canonical_name
        if codec in _UNREAD_SUBTITLES:
            continue
        track: EmbeddedSubtitles = {"key": f"t{stream.index}"}
        _label(track, stream)
        if stream.disposition & Disposition.forced:
            track["forced"] = True
        if stream.disposition & Disposition.hearing_impaired:
            track["hearing_impaired"] = True
        if is_styled(container, stream):
            track["styled"] = True
        (images if codec in _IMAGE_SUBTITLES else texts).append(track)
    if texts:
        details["subtitles"] = texts
    if images:
        details["image_subtitles"] = images


def _add_length(details: Details, found: Length) -> None:
    if found.seconds is not None and 0 < found.seconds <= MAX_TIME_S:
        details["duration"] = round(found.seconds, 3)
    if found.takes_reading:
        details["unindexed"] = True


def _label(track: Audio | EmbeddedSubtitles, stream: Stream) -> None:
    if language := language_tag(stream.metadata.get("language")):
        track["language"] = language
    if label := _text(stream.metadata.get("title")):
        track["label"] = label
    if stream.disposition & Disposition.default:
        track["default"] = True


def _chapters(container: InputContainer) -> list[Chapter]:
    chapters: list[Chapter] = []
    for each in container.chapters()[:MAX_CHAPTERS]:
        start_s = float(each["start"] * (each["time_base"] or 0))
        chapter: Chapter = {"start": round(min(max(start_s, 0.0), MAX_TIME_S), 3)}
        if title := _text(each["metadata"].get("title")):
            chapter["title"] = title
        chapters.append(chapter)
    return chapters


def _text(text: str | None) -> str:
    return " ".join(_CONTROL_CHARACTERS.sub(" ", text or "").split())[:MAX_TEXT]
