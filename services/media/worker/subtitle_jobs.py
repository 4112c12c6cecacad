"""The worker's jobs for subtitles: files as they are cached, each with a gzipped copy where that is shorter.

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
    """Converts the file ``source``, as ``subtitles.convert_subtitles`` does, to the file ``destination``; or to the
    file ``at_rate`` if the times depend on the frame rate."""
    file = Path(destination)
    if subtitles.convert_subtitles(Path(source).read_bytes(), destination, language, frame_rate):
        file = file.rename(at_rate)
    _pack(file)


def copy_styled_subtitles(source: str, destination: str, language: str | None) -> None:
    """Writes the file ``source``, as ``subtitles.copy_styled_subtitles`` does, to the file ``destination``."""
    subtitles.copy_styled_subtitles(Path(source).read_bytes(), destination, language)
    _pack(Path(destination))


def extract_subtitles(film: BinaryIO, streams: list[int], destination: str) -> None:
    """Extracts text tracks, as ``subtitle_tracks.extract_subtitles`` does."""
    subtitle_tracks.extract_subtitles(film, streams, destination)
    for file in [*Path(destination).glob("*.vtt"), *Path(destination).glob("*.ass")]:
        _pack(file)


def _pack(file: Path) -> None:
    content = file.read_bytes()
    compressed = gzip.compress(content, compresslevel=6, mtime=0)
    if len(compressed) < len(content):
        file.with_name(f"{file.name}.gz").write_bytes(compressed)
