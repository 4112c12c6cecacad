"""What would improve a film: why, in sentences, and the arguments of the ffmpeg that does it.

Streams that are fine are copied. A picture is encoded anew only if it has to be, since that loses a little.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.media.details import Details
from services.media.measures import Measures
from services.packaging.prospects import looks_convertible, looks_packageable
from services.ways.browsers import BROWSERS, Browser
from services.ways.ways import Film, Way, depends_on_device, way_in

FAR_S = 12.0  # between key frames; encoders put one in ten seconds at most, unless they are told otherwise
FAST_BYTES_PER_S = 20_000_000 // 8  # more than most networks at home bring everywhere
_PACKAGED = (
    "asf",
    "avi",
    "flv",
    "matroska",
    "mov",
    "mp4",
    "mpeg",
    "mpegts",
    "webm",
)  # containers of which there may be segments
_KEEP_ALL = ("matroska", "webm")  # whose streams of all kinds stay in Matroska
_CONTAINERS = {
    "asf": "Windows Media",
    "avi": "AVI",
    "flv": "Flash Video",
    "matroska": "Matroska",
    "mpeg": "MPEG-PS",
    "mpegts": "MPEG-TS",
    "mpegvideo": "bare MPEG",
    "mxf": "MXF",
    "ogg": "Ogg",
    "webm": "WebM",
}
# What browsers play in either container as it is; in segments, and so in Matroska, few take MP3.
_SOUNDS = ("mp4a.40.2", "mp4a.40.5", "mp4a.40.29", "opus", "flac", "fLaC")
_SOUNDS_IN_MP4 = (*_SOUNDS, "mp3")
_EVERYWHERE = "avc1.640028"
_SUBTITLES_IN_MP4 = ("mp4", "mov")  # of these they are copied
_WITHOUT_TIMES = ("avi", "mpeg")  # of when each picture is shown
_TO_SDR = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable,zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
)
_MAY_BE_INTERLACED = ("MPEG-2", "VC-1", "WMV 9")


@dataclass(frozen=True, slots=True)
class Remedy:
    """``reasons`` are sentences. ``before`` are ffmpeg's arguments before its input, ``arguments`` those that follow,
    up to the output, whose name ends in ``extension``. ``encodes``: the picture is encoded anew."""

    reasons: tuple[str, ...]
    before: tuple[str, ...]
    arguments: tuple[str, ...]
    extension: str
    encodes: bool


def remedy(details: Details, film: Film, measures: Measures | None = None) -> Remedy | None:
    """None: there is nothing to improve. ``film`` is what ``film_of`` makes of the details."""
    if not (reasons := reasons_for(details, film, measures)):
        return None
    encodes = bool(_of_picture(details, film) or _of_coding(details, film, measures))
    extension = ".mkv" if film.container in _KEEP_ALL else ".mp4"
    arguments = [
        *_maps(details, film),
        "-c",
        "copy",
        *(_picture_arguments(details, measures) if encodes else ()),
        *_sound_arguments(details, film),
        *(("-movflags", "+faststart") if extension == ".mp4" else ()),
    ]
    before = ("-fflags", "+genpts") if film.container in _WITHOUT_TIMES else ()
    return Remedy(reasons, before, tuple(arguments), extension, encodes)


def reasons_for(details: Details, film: Film, measures: Measures | None = None) -> tuple[str, ...]:
    """Why the film could be better, in sentences: what browsers lack, then what takes time."""
    reasons = (
        *_of_picture(details, film),
        *_of_container(film),
        *_of_sound(details, film),
        *_of_coding(details, film, measures),
        *_of_index(details, film, measures),
    )
    if not reasons and any(way_in(film, browser) is Way.VIRTUAL for browser in BROWSERS):
        return ("Its index is behind its samples, so the server makes another: in front it is sent as it is.",)
    return reasons


def _of_picture(details: Details, film: Film) -> list[str]:
    """Why the picture has to be another."""
    if film.picture is None:
        return []
    name = details["video"]["name"]
    depth = " of 8 bits" if name == "H.264" else ""
    without = [browser.name for browser in BROWSERS if not _shows(film, browser)]
    on_some = [browser.name for browser in BROWSERS if _shows(film, browser) and depends_on_device(film, browser)]
    if len(without) == len(BROWSERS) and not film.converts_picture:
        return [f"No browser shows its {name} picture: as H.264{depth} all would."]
    if without and film.converts_picture:
        return [
            f"The server converts its {name} picture for {_listed(without)}: as H.264{depth} it would be sent as it is."
        ]
    lacks = [f"{_listed(without)} cannot show its {name} picture"] if without else []
    lacks += [f"{_listed(on_some)} can show its {name} picture only where the device decodes it"] if on_some else []
    return [f"{', and '.join(lacks)}: as H.264{depth} it would show everywhere."] if lacks else []


def _shows(film: Film, browser: Browser) -> bool:
    """Whether the browser decodes the picture of such a film."""
    assert film.picture is not None
    in_segments = film.container in _PACKAGED and film.picture.startswith(browser.in_segments)
    in_file = film.container not in _KEEP_ALL or film.container in browser.containers
    return in_segments or (in_file and film.picture.startswith(browser.in_files))


def _of_coding(details: Details, film: Film, measures: Measures | None) -> list[str]:
    """Why the same kind of picture would be better if it were encoded in another way."""
    reasons = []
    if measures and (longest_s := measures.get("longest_s", 0.0)) > FAR_S:
        reasons.append(f"Key frames are up to {longest_s:.0f} s apart, so a jump loads as much: put one every 2 s.")
    if measures and (peak := measures.get("peak_bytes_per_s", 0.0)) > FAST_BYTES_PER_S:
        reasons.append(
            f"Ten seconds of it take up to {peak * 8 / 1e6:.0f} Mbit/s, more than many networks bring:"
            " a smaller version beside it would help."
        )
    if details.get("video", {}).get("open_gop"):
        reasons.append("Its groups of pictures are open, so a jump may stop it in Chrome: close them.")
    return reasons


def _of_container(film: Film) -> list[str]:
    if _is_played(film.container):
        return []
    files = f"{_CONTAINERS.get(film.container, film.container.upper())} files"
    if film.has_segments:
        return [f"No browser plays {files}, so the server puts segments together: as MP4 it would be sent as it is."]
    return [f"No browser plays {files}: as MP4 all would."]


def _is_played(container: str) -> bool:
    return any(container in browser.containers for browser in BROWSERS)


def _of_index(details: Details, film: Film, measures: Measures | None) -> list[str]:
    ways = [way_in(film, browser) for browser in BROWSERS]
    if measures and looks_packageable(details, film.converts_picture) and (why := measures.get("no_segments")):
        lacks = any(way in (Way.LATE, Way.NOTHING) for way in ways)
        return [f"It cannot be sent as segments ({why}): written anew it could."] if lacks else []
    if Way.LATE in ways:
        return ["Firefox reads all of it before it starts."]
    if _is_played(film.container) and (details.get("unindexed") or (measures and measures["index"] == "none")):
        return ["It has no index, so a jump has to search for its place: written anew it has one."]
    return []


def _of_sound(details: Details, film: Film) -> list[str]:
    if not film.sounds:
        return []
    silent = [browser.name for browser in BROWSERS if not _hears(film, browser)]
    converted = [browser.name for browser in BROWSERS if way_in(film, browser) is Way.CONVERTED]
    convertible = (track["name"] for track in details["audio"] if looks_convertible(track["codec"], film.container))
    name = details["audio"][0]["name"] if silent else next(convertible, "")
    if len(silent) == len(BROWSERS):
        return [f"No browser plays {name} sound: as AAC all would."]
    if silent:
        return [f"{_listed(silent)} cannot play its {name} sound: as AAC it would be heard everywhere."]
    if converted:
        return [f"The server converts its {name} sound for {_listed(converted)}: as AAC it would be sent as it is."]
    return []


def _hears(film: Film, browser: Browser) -> bool:
    """Whether the browser has the sound, if it had the picture and the container."""
    if film.picture is None or (_shows(film, browser) and (film.has_segments or film.container in browser.containers)):
        return way_in(film, browser).is_whole
    plain = "matroska" if film.container in _KEEP_ALL else "mp4"
    return way_in(replace(film, picture=_EVERYWHERE, container=plain, has_segments=True), browser).is_whole


def _maps(details: Details, film: Film) -> list[str]:
    """What of the film goes along: without covers, which MP4 and encoders mistake for films."""
    maps = ["-map", "0:V:0", "-map", "0:a?"] if film.picture is not None else ["-map", "0:a"]
    if film.container in _KEEP_ALL:
        return [*maps, "-map", "0:s?", "-map", "0:t?"]
    has_texts = film.container in _SUBTITLES_IN_MP4 and not details.get("image_subtitles")
    return [*maps, "-map", "0:s?"] if has_texts else maps


def _picture_arguments(details: Details, measures: Measures | None) -> list[str]:
    video = details["video"]
    is_fast = measures is not None and measures.get("peak_bytes_per_s", 0.0) > FAST_BYTES_PER_S
    filters = [_TO_SDR] if video.get("hdr") else []
    filters += ["bwdif=deint=interlaced"] if video["name"] in _MAY_BE_INTERLACED else []
    filters += ["crop=trunc(iw/2)*2:trunc(ih/2)*2"] if video["width"] % 2 or video["height"] % 2 else []
    return [
        *("-c:v", "libx264", "-preset", "slow", "-crf", "20", "-pix_fmt", "yuv420p"),
        *(("-maxrate", "12M", "-bufsize", "24M") if is_fast else ()),
        *("-force_key_frames", "expr:gte(t,n_forced*2)"),
        *(("-vf", ",".join(filters)) if filters else ()),
    ]


def _sound_arguments(details: Details, film: Film) -> list[str]:
    fine = _SOUNDS if film.container in _KEEP_ALL else _SOUNDS_IN_MP4
    arguments = []
    for number, track in enumerate(details.get("audio", [])):
        if not track["codec"].startswith(fine):
            rate = "448k" if track.get("channels", 2) > 2 else "192k"
            arguments += [f"-c:a:{number}", "aac", f"-b:a:{number}", rate]
    return arguments


def _listed(names: Sequence[str]) -> str:
    """ "Chrome, Firefox and Safari"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
