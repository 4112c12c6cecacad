"""Sample entries of MP4 for tracks of Matroska: the codec's configuration, as the other container wants it.

Codecs that no browser plays in MP4 have none.
"""

from services.packaging.codecs.sample_entry import SampleEntry
from services.packaging.matroska.entries.sound_entries import SOUND, TOLD_BY_FRAMES
from services.packaging.matroska.entries.video_entries import VIDEO
from services.packaging.matroska.tracks import TrackEntry

_TOLD_BY_FRAMES = frozenset({"V_VP9"}) | TOLD_BY_FRAMES


def needs_first_frame(entry: TrackEntry) -> bool:
    """Whether ``sample_entry`` is to be given the track's first frame."""
    return entry.codec_id in _TOLD_BY_FRAMES


def sample_entry(entry: TrackEntry, first_frame: bytes = b"") -> SampleEntry | None:
    """The description of a track. None: its codec is not known here, its frames cannot be read, or what
    describes it is missing or damaged."""
    if entry.compression is None:
        return None
    describe = (SOUND if entry.kind == "audio" else VIDEO).get(entry.codec_id)
    return describe(entry, first_frame) if describe else None
