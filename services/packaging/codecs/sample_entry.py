"""What MP4 has to say of a track that comes from another container.

Tested by tests/services/packaging/matroska/entries/test_sample_entries.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """How a track is described: the codec string of RFC 6381, and the whole box for "stsd"; empty: the track is only
    heard converted, with what ``configuration`` tells the decoder. Its times count in ``timescale``. By rule a sample
    lasts ``frame`` of these, or else a multiple of ``grid``; 0: there is no rule. ``channels`` of sound."""

    codec: str
    box: bytes
    timescale: int
    frame: int = 0
    channels: int = 0
    configuration: bytes = b""
    grid: int = 0
