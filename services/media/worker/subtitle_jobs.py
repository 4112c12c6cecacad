"""The worker's jobs for subtitles: files as they are cached, each with a gzipped copy where that is shorter.

Tested by tests/services/test_subtitles.py.
"""

import gzip
from pathlib import Path
from typing import BinaryIO

from services.media.text import conversion as subtitles
from services.media.text.text_encoding import decoded
from services.media.worker import text_tracks as subtitle_tracks


def convert_subtitles(
    source: str, destination: str, at_rate: str, language: str | None, frame_rate: float | None, styled: str = ""
) -> None:
    """Converts the file ``source``, as ``subtitles.convert_subtitles`` does, to the file ``destination``; or to the
    file ``at_rate`` if the times depend on the frame rate. With ``styled``, what has styles is written to that file as
    it is, in UTF-8."""
    file = Path(destination)
    content = Path(source).read_bytes()
    if subtitles.convert_subtitles(content, destination, language, frame_rate):
        file = file.rename(at_rate)
    _pack(file)
    if styled:
        Path(styled).write_text(decoded(content, language), "utf-8")
        _pack(Path(styled))


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
