"""What is known of the coding of a track.

Tested by tests/services/packaging/mp4/descriptions/test_sample_descriptions.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Description:
    """``codec`` is a string of RFC 6381, ``sample_entry`` a whole box for "stsd"; empty: the track is only heard
    converted. ``configuration`` is what the decoder is given. ``width`` and ``height`` are those of the coded pictures,
    ``channels`` and ``rate`` those of the sound."""

    codec: str
    sample_entry: bytes
    configuration: bytes = b""
    width: int = 0
    height: int = 0
    channels: int = 0
    rate: int = 0
