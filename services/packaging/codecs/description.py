"""What is known of the coding of a track.

Tested by tests/services/packaging/mp4/descriptions/test_sample_descriptions.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Description:
    """``codec`` is a string of RFC 6381, ``sample_entry`` a whole box for "stsd". ``configuration`` is what the decoder
    of pictures is given. ``width`` and ``height`` are those of the coded pictures, ``channels`` of the sound."""

    codec: str
    sample_entry: bytes
    configuration: bytes = b""
    width: int = 0
    height: int = 0
    channels: int = 0
