"""Samples as MP4 has them, from samples as transport streams do."""

from services.packaging.remux.film import Framing

_START_CODE = b"\0\0\1"
_ADTS_SYNC, _ADTS_HEAD_BYTES, _CHECKSUM_BYTES = 0xFFF0, 7, 2


def framed(sample: bytes, framing: Framing) -> bytes:
    """The sample without start codes or ADTS head."""
    if framing is Framing.START_CODES:
        return _length_prefixed(sample)
    return _raw_aac(sample) if framing is Framing.ADTS else sample


def _length_prefixed(sample: bytes) -> bytes:
    """Each NAL unit with its length in front (ISO/IEC 14496-15 §5.3). Zeros behind a unit belong to the next start code
    (H.264 §B.1.1)."""
    units = [unit.rstrip(b"\0") for unit in sample.split(_START_CODE)[1:]]
    return b"".join(len(unit).to_bytes(4) + unit for unit in units if unit)


def _raw_aac(sample: bytes) -> bytes:
    """ISO/IEC 14496-3 §1.A.2.2."""
    if len(sample) < _ADTS_HEAD_BYTES or int.from_bytes(sample[:2]) & 0xFFF6 != _ADTS_SYNC:
        return sample
    is_checked = not sample[1] & 1
    return sample[_ADTS_HEAD_BYTES + (_CHECKSUM_BYTES if is_checked else 0) :]
