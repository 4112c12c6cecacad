"""By which way a film is brought to a browser: film × browser → way.

``ways_of`` has the rules of static/shared/ways.js, for browsers that are not here to be asked. tests/page/ways.json is
the one table that both are held against; docs/doctor.md shows it.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from services.packaging.conversion import CODEC
from services.packaging.picture_conversion import PICTURE_CODEC, is_converted_picture
from services.packaging.prospects import looks_convertible
from services.ways.browsers import Browser

SMALL_INDEX_BYTES = 512_000  # takes half a second at 10 Mbit/s
_PLAYED_AS_FILES = ("matroska", "mov", "mp4", "ogg", "webm")  # by some browser
WHOLE_FILE_BYTES = 50_000_000  # shorter Matroska files are read in a moment


class Way(Enum):
    """How a browser plays a film. The last three: it lacks something."""

    ORIGINAL = "original"
    VIRTUAL = "virtual MP4"
    SEGMENTS = "segments"
    CONVERTED = "converted sound"
    CONVERTED_PICTURE = "converted picture"
    LATE = "late"
    SILENT = "no sound"
    DARK = "no picture"
    NOTHING = "not at all"

    @property
    def is_whole(self) -> bool:
        """Whether picture and sound are there."""
        return self not in (Way.SILENT, Way.DARK, Way.NOTHING)


@dataclass(frozen=True, slots=True)
class Film:
    """What the way depends on. ``sounds`` are codecs, in the film's order; ``default_sound`` is the number of the one
    that is heard unless another is chosen. ``has_segments``: the server has it as segments; ``converts``: with sound
    that few browsers play as AAC, too; ``converts_picture``: and with such a picture as H.264. ``is_behind``: its index
    is behind its samples."""

    container: str
    picture: str | None
    sounds: tuple[str, ...] = ()
    default_sound: int = 0
    index_bytes: int = 0
    file_bytes: int = 0
    has_segments: bool = field(default=True, kw_only=True)
    converts: bool = field(default=True, kw_only=True)
    converts_picture: bool = field(default=False, kw_only=True)
    is_behind: bool = field(default=False, kw_only=True)


def ways_of(film: Film, browser: Browser) -> tuple[Literal["file", "segments"], ...]:
    """The ways for the film, the best first."""
    if not _goes_by_segments(film, browser):
        return ("file",)
    is_refused = film.container not in _PLAYED_AS_FILES
    is_read_whole = film.container == "matroska" and browser.reads_whole
    starts_late = is_refused or is_read_whole or film.index_bytes > SMALL_INDEX_BYTES
    is_silent = bool(film.sounds) and _is_converted(film, film.sounds[0]) and not _is_heard_in_file(film, browser)
    has_choice = any(_is_heard(film, browser, sound) for sound in film.sounds[1:])
    is_best = starts_late or is_silent or has_choice or _is_seen_converted(film, browser)
    return ("segments", "file") if is_best else ("file", "segments")


def way_in(film: Film, browser: Browser) -> Way:
    """What comes of them: of the first, or where the browser refuses the file, of the other."""
    found = [
        _by_segments(film, browser) if way == "segments" else _by_file(film, browser) for way in ways_of(film, browser)
    ]
    return next((way for way in found if way is not Way.NOTHING), Way.NOTHING)


def _by_segments(film: Film, browser: Browser) -> Way:
    if _is_seen_converted(film, browser):
        return Way.CONVERTED_PICTURE
    return Way.SEGMENTS if _is_chosen_as_it_is(film, browser) else Way.CONVERTED


def _by_file(film: Film, browser: Browser) -> Way:
    if film.container not in browser.containers:
        return Way.NOTHING
    is_seen = film.picture is not None and film.picture.startswith(browser.in_files)
    is_heard = _is_heard_in_file(film, browser)
    if not (is_seen or is_heard):
        return Way.NOTHING
    if film.picture is not None and not is_seen:
        return Way.DARK
    if film.sounds and not is_heard:
        return Way.SILENT
    if film.container == "matroska" and browser.reads_whole and film.file_bytes > WHOLE_FILE_BYTES:
        return Way.LATE
    return Way.VIRTUAL if film.is_behind else Way.ORIGINAL


def depends_on_device(film: Film, browser: Browser) -> bool:
    """Whether only devices that have a decoder of the picture show it in the browser."""
    return film.picture is not None and film.picture.startswith(browser.on_some_devices)


def _is_heard_in_file(film: Film, browser: Browser) -> bool:
    """Whether the first sound of the file is. Others are never."""
    others = browser.not_in_matroska if film.container == "matroska" else ()
    return any(sound.startswith(browser.in_files) and not sound.startswith(others) for sound in film.sounds[:1])


def _goes_by_segments(film: Film, browser: Browser) -> bool:
    """Whether there are segments that lose nothing there that the file has."""
    if not film.has_segments or film.picture is None:
        return False
    if not (_takes(browser, film.picture) or _is_seen_converted(film, browser)):
        return False
    return not film.sounds or any(_is_heard(film, browser, sound) for sound in film.sounds)


def _is_seen_converted(film: Film, browser: Browser) -> bool:
    """Whether the browser decodes the picture neither in segments nor in the file, but what it is converted to."""
    if film.picture is None or not film.converts_picture or not is_converted_picture(film.picture):
        return False
    is_seen_in_file = film.container in _PLAYED_AS_FILES and film.picture.startswith(browser.in_files)
    return not is_seen_in_file and not _takes(browser, film.picture) and _takes(browser, PICTURE_CODEC)


def _is_chosen_as_it_is(film: Film, browser: Browser) -> bool:
    """Whether the sound that is heard first by segments is the film's own, or there is none."""
    heard = [number for number, sound in enumerate(film.sounds) if _is_heard(film, browser, sound)]
    chosen = film.default_sound if film.default_sound in heard else next(iter(heard), None)
    return chosen is None or _takes(browser, film.sounds[chosen])


def _is_heard(film: Film, browser: Browser, sound: str) -> bool:
    return _takes(browser, sound) or (_is_converted(film, sound) and _takes(browser, CODEC))


def _is_converted(film: Film, sound: str) -> bool:
    return film.converts and looks_convertible(sound, film.container)


def _takes(browser: Browser, codec: str) -> bool:
    return codec.startswith(browser.in_segments)
