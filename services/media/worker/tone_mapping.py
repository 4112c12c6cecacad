"""Pictures of a high dynamic range, as those of a standard one: a table of colours for FFmpeg's filter "lut3d". Its
build in PyAV has no zscale, and its scaler takes seconds to make a table of its own for each film.

Light is that of ITU-R BT.2100: PQ by its number of candelas, HLG on a screen of 1,000 cd/m². What a standard screen
shows as white, "diffuse white", has 203 cd/m² (ITU-R BT.2408). Three quarters of that stay as they are; what is
brighter, up to 1,000 cd/m² and more, is compressed into the last quarter. Hues stay, since all three colours are scaled
alike; what lies outside BT.709 is cut off.

Tested by tests/services/segments/test_converted_pictures.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import product
from math import exp
from operator import mul
from pathlib import Path
from tempfile import NamedTemporaryFile

_PQ, _HLG = 16, 18  # transfer characteristics of ISO/IEC 23091-2 §8.2
TRANSFERS = frozenset({_PQ, _HLG})
_POINTS = 25  # of the table along each side
_WHITE = 203.0  # cd/m²
_KNEE = 0.75  # of white
_BRIGHTEST = 1000.0 / _WHITE
_SCREEN_GAMMA = 2.4  # ITU-R BT.1886
# ITU-R BT.2087 §M2: from the primaries of BT.2020 to those of BT.709.
_TO_BT709 = (
    (1.6605, -0.5876, -0.0728),
    (-0.1246, 1.1329, -0.0083),
    (-0.0182, -0.1006, 1.1187),
)
_LUMINANCE = (0.2627, 0.6780, 0.0593)  # of the primaries of BT.2020

Colour = tuple[float, float, float]


@contextmanager
def lookup_table(transfer: int, folder: Path) -> Iterator[str]:
    """The path of the table for the transfer, one of TRANSFERS. The file is in the folder for as long as the context
    lasts."""
    with NamedTemporaryFile("w", dir=folder, suffix=".cube", encoding="ascii") as file:
        file.write(_table(transfer))
        file.flush()
        yield file.name


@lru_cache
def _table(transfer: int) -> str:
    """In the format of Adobe's Cube LUT Specification. Red changes fastest."""
    light = {_PQ: _pq_light, _HLG: _hlg_light}[transfer]
    levels = [number / (_POINTS - 1) for number in range(_POINTS)]
    rows = (_shown(light((red, green, blue))) for blue, green, red in product(levels, repeat=3))
    lines = (f"{red:.4f} {green:.4f} {blue:.4f}" for red, green, blue in rows)
    return "\n".join((f"LUT_3D_SIZE {_POINTS}", *lines, ""))


def _pq_light(signal: Colour) -> Colour:
    """ITU-R BT.2100 table 4: the light on the screen; 1 is diffuse white."""
    red, green, blue = (_pq_nits(each) / _WHITE for each in signal)
    return red, green, blue


@lru_cache(_POINTS)
def _pq_nits(signal: float) -> float:
    root = signal ** (32 / 2523)
    return float(10_000 * (max(root - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * root)) ** (8192 / 1305))


def _hlg_light(signal: Colour) -> Colour:
    """ITU-R BT.2100 table 5, with its system gamma of 1.2."""
    scene = [_hlg_scene(each) for each in signal]
    luminance = sum(share * each for share, each in zip(_LUMINANCE, scene, strict=True))
    red, green, blue = (_BRIGHTEST * luminance**0.2 * each for each in scene)
    return red, green, blue


@lru_cache(_POINTS)
def _hlg_scene(signal: float) -> float:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return signal * signal / 3 if signal <= 0.5 else (exp((signal - c) / a) + b) / 12


def _shown(light: Colour) -> Colour:
    """The signal for a standard screen, from 0 to 1."""
    linear = [max(sum(map(mul, row, light)), 0.0) for row in _TO_BT709]
    brightest = max(linear)
    scale = _compressed(brightest) / brightest if brightest else 0.0
    red, green, blue = (min(each * scale, 1.0) ** (1 / _SCREEN_GAMMA) for each in linear)
    return red, green, blue


def _compressed(light: float) -> float:
    """Above the knee by the curve of Reinhard et al., "Photographic Tone Reproduction for Digital Images" (4)."""
    if light <= _KNEE:
        return light
    above, most = (light - _KNEE) / (1 - _KNEE), (_BRIGHTEST - _KNEE) / (1 - _KNEE)
    return min(_KNEE + (1 - _KNEE) * above * (1 + above / most**2) / (1 + above), 1.0)
