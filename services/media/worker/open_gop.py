"""Whether a film has open groups of pictures (GOPs): pictures that are shown before a key frame depend on it.

Chromium's own decoder may give up after a seek to such a key frame (not an IDR) of H.264. Other codecs are not looked
at: decoders of HEVC know what to leave out.

Tested by tests/services/media/worker/test_probe.py.
"""

from itertools import islice

from av.container import InputContainer
from av.video.stream import VideoStream

from services.media.worker.demuxer import packets
from services.packaging.codecs.nal_units import units, units_of_stream

_CODED_SLICE, _IDR_SLICE = 1, 5  # types of NAL units (H.264 table 7-1)
_AVCC_BYTES = 7  # the least; its fifth byte has the size of the units' lengths (ISO/IEC 14496-15 §5.3.3.1)
_PATIENCE = 500  # index entries or packets that are searched for a key frame
_PATIENCE_AT_THE_START = 100  # packets: broadcasts have a key frame each second or two


def has_open_gops(container: InputContainer, stream: VideoStream) -> bool:
    """Looks at one key frame: in the middle of the film, or, without an index, at the first but one. False for other
    codecs than H.264. Moves the container's position."""
    if stream.codec_context.codec.canonical_name != "h264":
        return False
    container.seek(0, stream=stream)  # Matroska's index is read when it is first needed
    index = stream.index_entries
    middle = len(index) // 2
    entry = next((each for each in islice(index, middle, middle + _PATIENCE) if each.is_keyframe), None)
    passed_over, patience = 1, _PATIENCE_AT_THE_START
    if entry is not None and middle > 1:
        container.seek(entry.timestamp, stream=stream)
        passed_over, patience = 0, _PATIENCE
    following = islice(packets(container, stream), patience)
    keys = (bytes(packet) for packet in following if packet.is_keyframe and packet.size)
    key_frame = next(islice(keys, passed_over, None), None)
    return key_frame is not None and _first_slice(key_frame, stream.codec_context.extradata or b"") == _CODED_SLICE


def _first_slice(frame: bytes, configuration: bytes) -> int | None:
    """The type of the first NAL unit that is a slice of the picture. None: there is no slice."""
    is_avcc = configuration[:1] == b"\x01" and len(configuration) >= _AVCC_BYTES
    found = units(frame, 1 + (configuration[4] & 3)) if is_avcc else units_of_stream(frame)
    types = (unit[0] & 31 for unit in found)
    return next((kind for kind in types if _CODED_SLICE <= kind <= _IDR_SLICE), None)
