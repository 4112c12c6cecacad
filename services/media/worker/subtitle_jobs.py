"""Subtitles as they are kept: as WebVTT, and gzipped beside. These are the worker's jobs.

Tested by tests/services/test_subtitles.py.
"""

import gzip
from pathlib import Path
from typing import BinaryIO

from services.media.text import conversion as subtitles
from services.media.worker import text_tracks as subtitle_tracks


def convert_subtitles(
    source: str, destination: str, at_rate: str, language: str | None, frame_rate: float | None
) -> None:
    """As in ``subtitles``, of the content of the file ``source``; to the file ``at_rate`` instead where they depend on
    the frame rate."""
    file = Path(destination)
    if subtitles.convert_subtitles(Path(source).read_bytes(), destination, language, frame_rate):
        file = file.rename(at_rate)
    _pack(file)


def extract_subtitles(film: BinaryIO, streams: list[int], destination: str) -> None:
    """As in ``subtitle_tracks``."""
    subtitle_tracks.extract_subtitles(film, streams, destination)
    for file in list(Path(destination).glob("*.vtt")):
        _pack(file)


def _pack(file: Path) -> None:
    content = file.read_bytes()
    compressed = gzip.compress(content, compresslevel=6, mtime=0)
    if len(compressed) < len(content):
        file.with_name(f"{file.name}.gz").write_bytes(compressed)
