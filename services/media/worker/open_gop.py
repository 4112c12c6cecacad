"""Whether a film's groups of pictures are open: a key frame which pictures before it in time lean on, too.

Chromium's own decoder gives up after a seek to such a key frame of H.264 (not IDR). Of HEVC it plays none either way.

Tested by tests/services/media/worker/test_probe.py.
"""

from itertools import islice

from av.container import InputContainer
from av.video.stream import VideoStream

from services.media.worker.demuxer import packets

_CODED_SLICE, _IDR_SLICE = 1, 5  # types of NAL units (H.264 table 7-1)
_AVCC_BYTES = 7  # at least: the length of the units' lengths is in its fifth (ISO/IEC 14496-15 §5.3.3.1)
_PATIENCE = 500  # entries or packets that are looked at for a key frame


def has_open_gops(container: InputContainer, stream: VideoStream) -> bool:
    """Looks at one key frame in the middle of a film in H.264 that has an index. Moves the container's position.

    False where there is no index, rather than reading half of the film to find out.
    """
    configuration = stream.codec_context.extradata or b""
    is_avcc = configuration[:1] == b"\x01" and len(configuration) >= _AVCC_BYTES
    if stream.codec_context.codec.canonical_name != "h264" or not is_avcc:
        return False
    container.seek(0, stream=stream)  # Matroska's index is read when it is first needed
    index = stream.index_entries
    middle = len(index) // 2
    entry = next((each for each in islice(index, middle, middle + _PATIENCE) if each.is_keyframe), None)
    if entry is None or middle < 2:
        return False
    container.seek(entry.timestamp, stream=stream)
    following = islice(packets(container, stream), _PATIENCE)
    key_frame = next((packet for packet in following if packet.is_keyframe and packet.size), None)
    return key_frame is not None and _first_slice(bytes(key_frame), 1 + (configuration[4] & 3)) == _CODED_SLICE


def _first_slice(frame: bytes, length_size: int) -> int | None:
    """The type of the first unit that is part of the picture; each has its length before it (ISO/IEC 14496-15 §5.3)."""
    position = 0
    while position + length_size < len(frame):
        kind = frame[position + length_size] & 31
        if _CODED_SLICE <= kind <= _IDR_SLICE:
            return kind
        position += length_size + int.from_bytes(frame[position : position + length_size])
    return None
