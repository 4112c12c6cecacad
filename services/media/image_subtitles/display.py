"""Subtitles that are pictures, as the readers of each format give them.

Tested by tests/services/media/image_subtitles/test_part.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

MAX_SIDE = 4096  # pixels of a canvas or of a picture
MAX_PIXELS = 4096 * 2304  # of a picture


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at a place of the canvas. ``palette`` is RGBA, four bytes a colour. ``pixels`` decodes the picture: a
    byte a pixel, its place in the palette."""

    x: int
    y: int
    width: int
    height: int
    palette: bytes
    pixels: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Display:
    """What is shown from ``start_ms`` on, until the next display, or until ``end_ms`` if that is earlier. No pictures:
    nothing is. ``canvas`` is the width and height on which the pictures have their places."""

    start_ms: int
    canvas: tuple[int, int]
    pictures: tuple[Picture, ...] = ()
    end_ms: int | None = None


def is_possible(width: int, height: int) -> bool:
    """Whether a picture may have these sides."""
    return 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS


def rgba(y: int, cb: int, cr: int, alpha: int, is_hd: bool) -> bytes:
    """A colour as RGBA: of BT.709 where the picture is HD, else of BT.601, both in limited range."""
    red, green_cr, green_cb, blue = (1.793, 0.533, 0.213, 2.112) if is_hd else (1.596, 0.813, 0.392, 2.017)
    light, cb, cr = 1.164 * (y - 16), cb - 128, cr - 128
    channels = light + red * cr, light - green_cr * cr - green_cb * cb, light + blue * cb
    return bytes([*(min(max(round(value), 0), 255) for value in channels), alpha])
