"""In which order pictures of H.264 and H.265 are shown: by the picture order count of their slices (H.264 §8.2.1,
H.265 §8.3.1).

Pictures whose slices cannot be read are taken to be shown as they are decoded, and so are those of H.264 with a count
of type 1, which hardly any encoder writes.

Tested by tests/services/packaging/codecs/test_picture_order.py.
"""

from collections.abc import Iterable
from typing import NamedTuple

from services.packaging.codecs.frame_headers import Bits

_HEAD_BYTES = 64  # of a slice: more than what is read
_PARAMETER_SET_BYTES = 512
_MOST_ZEROS = 32
_WITH_CHROMA_FORMAT = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})  # profiles, §7.3.2.1.1
_MOST_REFERENCES = 256  # of a count of type 1


class _Sequence(NamedTuple):
    """What of a sequence parameter set a slice depends on. ``count_bits``: of the low part of the count; 0: there is
    none."""

    count_bits: int
    number_bits: int = 0  # of frame_num
    has_planes: bool = False
    has_fields: bool = False


class _Picture(NamedTuple):
    """What of a picture parameter set of H.265 a slice depends on."""

    sequence: int
    has_output_flag: bool = False
    extra_bits: int = 0


class _Slice(NamedTuple):
    """``low`` is the low part of the count, of ``count_bits``. ``restarts``: the count does, and none before is shown
    later. ``is_reference``: the next count is told from this one."""

    low: int
    count_bits: int
    restarts: bool
    is_reference: bool


class _Code(Bits):
    """Bits of a NAL unit, without the bytes that keep it from looking like a start code (H.264 §7.4.1.1)."""

    def __init__(self, unit: bytes, most_bytes: int) -> None:
        super().__init__(unit[:most_bytes].replace(b"\0\0\3", b"\0\0"))

    def number(self) -> int:
        """ue(v) (§9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > _MOST_ZEROS:
                raise ValueError("a number that no slice has")
        return (1 << zeros) - 1 + self.take(zeros)

    def numbers(self, count: int) -> list[int]:
        return [self.number() for _ in range(count)]


class PictureOrder:
    """Of consecutive pictures, the first of which is a random access point. ``codec`` is "h264" or "hevc", FFmpeg's
    name; ``parameter_sets`` are NAL units that came before."""

    def __init__(self, codec: str, parameter_sets: Iterable[bytes]) -> None:
        self._is_hevc = codec == "hevc"
        self._sequences: dict[int, _Sequence] = {}
        self._pictures: dict[int, _Picture] = {}
        self._restarts = 0
        self._before = 0  # the count of the reference picture before
        self._decoded = 0
        for unit in parameter_sets:
            self._keep(unit)

    def place(self, units: Iterable[bytes]) -> tuple[int, int]:
        """Where a picture of these NAL units is among those that are shown: a lesser place is shown sooner."""
        self._decoded += 1
        for unit in units:
            if self._is_slice(unit):
                return self._place(unit)
            self._keep(unit)
        return self._restarts, self._decoded

    def _is_slice(self, unit: bytes) -> bool:
        return unit[0] >> 1 & 63 < 32 if self._is_hevc else 1 <= unit[0] & 31 <= 5

    def _place(self, unit: bytes) -> tuple[int, int]:
        try:
            found = self._hevc_slice(unit) if self._is_hevc else self._avc_slice(unit)
        except (KeyError, ValueError):
            return self._restarts, self._before
        if found.restarts:
            self._restarts, self._before, self._decoded = self._restarts + 1, 0, 0
        if not found.count_bits:
            return self._restarts, self._decoded
        size = 1 << found.count_bits
        count = self._before // size * size + found.low
        count += size if self._before - count >= size // 2 else -size if count - self._before > size // 2 else 0
        self._before = count if found.is_reference else self._before
        return self._restarts, count

    def _keep(self, unit: bytes) -> None:
        """If it is a parameter set."""
        try:
            if self._is_hevc and unit[0] >> 1 & 63 == 33:
                self._keep_hevc_sequence(_Code(unit[2:], _PARAMETER_SET_BYTES))
            elif self._is_hevc and unit[0] >> 1 & 63 == 34:
                code = _Code(unit[2:], _PARAMETER_SET_BYTES)
                number, sequence = code.numbers(2)
                code.take(1)
                self._pictures[number] = _Picture(sequence, bool(code.take(1)), code.take(3))
            elif not self._is_hevc and unit[0] & 31 == 7:
                self._keep_avc_sequence(_Code(unit[1:], _PARAMETER_SET_BYTES))
            elif not self._is_hevc and unit[0] & 31 == 8:
                number, sequence = _Code(unit[1:], _PARAMETER_SET_BYTES).numbers(2)
                self._pictures[number] = _Picture(sequence)
        except ValueError:
            return

    def _keep_avc_sequence(self, code: _Code) -> None:
        """H.264 §7.3.2.1.1."""
        profile = code.take(8)
        code.take(16)
        number, has_planes = code.number(), False
        if profile in _WITH_CHROMA_FORMAT:
            chroma_format = code.number()
            has_planes = chroma_format == 3 and bool(code.take(1))
            code.numbers(2)
            code.take(1)
            if code.take(1):
                for at in range(12 if chroma_format == 3 else 8):
                    _pass_scaling_list(code, 16 if at < 6 else 64)
        number_bits, kind, count_bits = code.number() + 4, code.number(), 0
        if kind == 0:
            count_bits = code.number() + 4
        elif kind == 1:
            code.take(1)
            code.numbers(2)
            code.numbers(min(code.number(), _MOST_REFERENCES))
        code.number()
        code.take(1)
        code.numbers(2)
        self._sequences[number] = _Sequence(count_bits, number_bits, has_planes, has_fields=not code.take(1))

    def _keep_hevc_sequence(self, code: _Code) -> None:
        """H.265 §7.3.2.2.1."""
        code.take(4)
        layers = code.take(3)
        code.take(1 + 96)  # the profile and the level of all layers
        told = [(code.take(1), code.take(1)) for _ in range(layers)]
        code.take(2 * (8 - layers) if layers else 0)
        for has_profile, has_level in told:
            code.take(88 * has_profile + 8 * has_level)
        number = code.number()
        has_planes = code.number() == 3 and bool(code.take(1))
        code.numbers(2)
        if code.take(1):
            code.numbers(4)
        code.numbers(2)
        self._sequences[number] = _Sequence(code.number() + 4, has_planes=has_planes)

    def _avc_slice(self, unit: bytes) -> _Slice:
        """H.264 §7.3.3. Raises KeyError and ValueError."""
        code, is_idr = _Code(unit[1:], _HEAD_BYTES), unit[0] & 31 == 5
        code.numbers(2)
        sequence = self._sequences[self._pictures[code.number()].sequence]
        code.take(2 * sequence.has_planes + sequence.number_bits)
        if sequence.has_fields and code.take(1):
            code.take(1)
        if is_idr:
            code.number()
        return _Slice(code.take(sequence.count_bits), sequence.count_bits, is_idr, bool(unit[0] >> 5 & 3))

    def _hevc_slice(self, unit: bytes) -> _Slice:
        """H.265 §7.3.6.1. Raises KeyError and ValueError."""
        kind, code = unit[0] >> 1 & 63, _Code(unit[2:], _HEAD_BYTES)
        is_first = not self._restarts
        code.take(1 + (16 <= kind <= 23))
        picture = self._pictures[code.number()]
        sequence = self._sequences[picture.sequence]
        code.take(picture.extra_bits)
        code.number()
        code.take(picture.has_output_flag + 2 * sequence.has_planes)
        low = 0 if kind in (19, 20) else code.take(sequence.count_bits)
        is_reference = unit[1] & 7 == 1 and not (kind < 16 and kind % 2 == 0) and not 6 <= kind <= 9
        return _Slice(low, sequence.count_bits, is_first or 16 <= kind <= 20, is_reference)


def _pass_scaling_list(code: _Code, length: int) -> None:
    """H.264 §7.3.2.1.1.1."""
    last = following = 8
    if not code.take(1):
        return
    for _ in range(length):
        if following:
            number = code.number()
            following = (last + ((number + 1) // 2 if number % 2 else -number // 2)) % 256
        last = following or last


def shown_order(places: Iterable[tuple[int, int]]) -> list[int]:
    """For each picture, decoded in this order, how many are shown before it."""
    listed = list(places)
    ranks = [0] * len(listed)
    for rank, number in enumerate(sorted(range(len(listed)), key=listed.__getitem__)):
        ranks[number] = rank
    return ranks
