"""A storyboard: small pictures of a film on one sheet, and WebVTT that says which picture is of which time.

The layout follows from the film's length and shape alone. So the WebVTT is answered at once, before the sheet is made.
Its cues are made while they are read, with the URL of the sheet put in, so it takes no memory for each reader.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from services.media.details import Details

MOST_PICTURES = 144  # of a film in 1080p they take some 3 s of processor time, and 400 KB
LEAST_INTERVAL_S = 5.0  # between pictures; key frames are seldom closer together
LONGER_SIDE = 240  # of a picture, in pixels
_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Storyboard:
    """The layout: ``count`` pictures of ``width`` × ``height`` pixels, one for each ``interval_s`` seconds from
    ``start_s`` on."""

    count: int
    interval_s: float
    width: int
    height: int
    start_s: float = 0.0

    @property
    def columns(self) -> int:
        return min(self.count, _COLUMNS)

    @property
    def rows(self) -> int:
        return math.ceil(self.count / self.columns)

    def position(self, index: int) -> tuple[int, int]:
        """The left upper corner of picture ``index`` (from 0) on the sheet, in pixels: x, y."""
        return index % self.columns * self.width, index // self.columns * self.height


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of a storyboard's WebVTT as a sequence; each is made when it is asked for.

    A cue is a pair: the text before the URL of the sheet, and the text after it. The latter begins with the fragment
    that says which part of the sheet is shown (https://www.w3.org/TR/media-frags/#naming-space).
    """

    layout: Storyboard

    def __len__(self) -> int:
        return self.layout.count

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, index: int) -> tuple[bytes, bytes]:
        layout = self.layout
        start, end = (_timestamp((index + step) * layout.interval_s) for step in (0, 1))
        x, y = layout.position(index)
        return f"\n{start} --> {end}\n".encode(), f"#xywh={x},{y},{layout.width},{layout.height}\n".encode()


def storyboard(details: Details) -> Storyboard | None:
    """The layout of a film's storyboard. None: the film has no picture or no known length, or it is long and has no
    index, so it would have to be read as a whole."""
    video, duration_s = details.get("video"), details.get("duration")
    if video is None or duration_s is None or "unindexed" in details or not (video["width"] and video["height"]):
        return None
    count = min(max(int(duration_s / LEAST_INTERVAL_S), 1), MOST_PICTURES)
    scale = LONGER_SIDE / max(video["width"], video["height"])
    width, height = (max(round(side * scale), 16) for side in (video["width"], video["height"]))
    return Storyboard(count, duration_s / count, width, height)


def closer(layout: Storyboard, index: int) -> Storyboard | None:
    """The layout of a row of pictures of the seconds that picture ``index`` stands for.

    None: there is no such picture, or they would be hardly closer to each other than those of the layout.
    """
    if not 0 <= index < layout.count or layout.interval_s < 2 * LEAST_INTERVAL_S:
        return None
    count = min(math.ceil(layout.interval_s / LEAST_INTERVAL_S), _COLUMNS)
    start_s = layout.start_s + index * layout.interval_s
    return Storyboard(count, layout.interval_s / count, layout.width, layout.height, start_s)


def _timestamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
