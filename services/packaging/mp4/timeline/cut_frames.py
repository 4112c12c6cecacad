"""Whether segments can begin with the key frames of an MP4 film, by what these are.

Tested by tests/services/packaging/mp4/timeline/test_segmentation.py.
"""

from collections.abc import Sequence

from services.http.ranges import ByteRange
from services.packaging.codecs.random_access import AVC, FIRST_BYTES, HEVC, is_random_access_point
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.timeline.source_track import SourceTrack
from services.packaging.reading import Reading

_IDS = {"avc1": AVC, "avc3": AVC, "hvc1": HEVC, "hev1": HEVC, "dvh1": HEVC, "dvhe": HEVC}
_MOST_LOOKED_AT = 5000


def random_access_points(track: SourceTrack, samples: Sequence[int]) -> Reading[Sequence[int]]:
    """Those of the sync ``samples`` at which decoders may begin.

    All come from one program, so three show what the others are: in a bucket each is a request. If one of these is
    wrong, each is looked at. Raises NotPackaged if these are too many.
    """
    codec_id = _IDS.get(track.description.codec.split(".")[0])
    if codec_id is None or not samples:
        return samples
    for sample in sorted({samples[0], samples[len(samples) // 2], samples[-1]}):
        if not (yield from _is_one(track, codec_id, sample)):
            break
    else:
        return samples
    if len(samples) > _MOST_LOOKED_AT:
        raise NotPackaged("too many sync samples are no random access points")
    found = []
    for sample in samples:
        if (yield from _is_one(track, codec_id, sample)):
            found.append(sample)
    return found


def _is_one(track: SourceTrack, codec_id: str, sample: int) -> Reading[bool]:
    ((position, _),) = track.table.samples(sample, sample + 1, least_offset=0).runs
    size = min(track.table.sizes[sample], FIRST_BYTES)
    if not size:
        return False
    frame = yield ByteRange(position, position + size - 1)
    return is_random_access_point(codec_id, track.description.configuration, frame)
