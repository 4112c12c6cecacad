"""Whether a film has open groups of pictures (GOPs): pictures that are shown before a key frame depend on it.

Chromium's own decoder gives up after a seek to such a key frame (not an IDR) of H.264. Other codecs are not looked at;
HEVC it does not decode at all.

Tested by tests/services/media/worker/test_probe.py.
"""

from itertools import islice

from av.container import InputContainer
from av.video.stream import VideoStream

from services.media.worker.demuxer import packets

_CODED_SLICE, _IDR_SLICE = 1, 5  # types of NAL units (H.264 table 7-1)
_AVCC_BYTES = 7  # the least; its fifth byte has the size of the units' lengths (ISO/IEC 14496-15 §5.3.3.1)
_PATIENCE = 500  # index entries or packets that are searched for a key frame


def has_open_gops(container: InputContainer, stream: VideoStream) -> bool:
    """Looks at one key frame in the middle of the film. False for other codecs than H.264, and for a film without an
    index, of which half would have to be read. Moves the container's position."""
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
    """The type of the first NAL unit that is a slice of the picture. Each unit has its length in front of it, in
    ``length_size`` bytes (ISO/IEC 14496-15 §5.3). None: there is no slice."""
    position = 0
    while position + length_size < len(frame):
        kind = frame[position + length_size] & 31
        if _CODED_SLICE <= kind <= _IDR_SLICE:
            return kind
        position += length_size + int.from_bytes(frame[position : position + length_size])
    return None
