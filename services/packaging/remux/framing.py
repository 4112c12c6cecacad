"""Samples as MP4 has them, from samples as other containers do."""

from services.packaging.codecs.nal_units import units_of_stream
from services.packaging.remux.film import Framing

_TEMPORAL_DELIMITER = b"\x12\0"
_ADTS_SYNC, _ADTS_HEAD_BYTES, _CHECKSUM_BYTES = 0xFFF0, 7, 2


def framed(sample: bytes, framing: Framing) -> bytes:
    """The sample without start codes, ADTS head or temporal delimiter (AV1 in ISOBMFF §2.4)."""
    if framing is Framing.START_CODES:
        return _length_prefixed(sample)
    if framing is Framing.OBUS:
        return sample.removeprefix(_TEMPORAL_DELIMITER)
    return _raw_aac(sample) if framing is Framing.ADTS else sample


def _length_prefixed(sample: bytes) -> bytes:
    """Each NAL unit with its length in front (ISO/IEC 14496-15 §5.3)."""
    return b"".join(len(unit).to_bytes(4) + unit for unit in units_of_stream(sample))


def _raw_aac(sample: bytes) -> bytes:
    """ISO/IEC 14496-3 §1.A.2.2."""
    if len(sample) < _ADTS_HEAD_BYTES or int.from_bytes(sample[:2]) & 0xFFF6 != _ADTS_SYNC:
        return sample
    is_checked = not sample[1] & 1
    return sample[_ADTS_HEAD_BYTES + (_CHECKSUM_BYTES if is_checked else 0) :]
