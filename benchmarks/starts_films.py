"""The films of benchmarks/starts.py, made once by ffmpeg.

Each has a key frame every 2 s, a sound in English (440 Hz) and one in German (880 Hz). The index of MP4 films is at
their end.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "starts-films"
_SOUNDS = "-f lavfi -i sine=440:sample_rate=48000 -f lavfi -i sine=880:sample_rate=48000 -map 0 -map 1 -map 2"
_CODED = """-metadata:s:a:0 language=eng -metadata:s:a:1 language=deu -c:a aac -b:a 96k -c:v libx264 -preset veryfast
    -bf 2 -g 48 -keyint_min 48 -sc_threshold 0 -pix_fmt yuv420p"""
_FULL_HD = "testsrc2=size=1920x1080:rate=24,noise=alls=12:allf=t"
_RATE = "-b:v 5.5M -maxrate 5.5M -bufsize 5.5M"


@dataclass(frozen=True, slots=True)
class Film:
    """``picture`` are options of ffmpeg for a clip of ``clip_s``, which is repeated."""

    name: str
    picture: str
    clip_s: int
    duration_s: int


FILMS = (
    Film("Three hours.mp4", "testsrc2=size=160x90:rate=24", 60, 3 * 3600),
    Film("Full HD.mp4", f"{_FULL_HD} {_RATE}", 12, 180),
    Film("Matroska.mkv", f"{_FULL_HD} {_RATE}", 12, 180),
)


def make(film: Film) -> None:
    """Makes the film if it is not there."""
    target = FOLDER / film.name
    if target.exists():
        return
    FOLDER.mkdir(exist_ok=True)
    clip, unfinished = (target.with_name(f".{name}-{film.name}") for name in ("clip", "unfinished"))
    source, _, rate = film.picture.partition(" ")
    _ffmpeg(f"-f lavfi -i {source} {_SOUNDS} {_CODED} {rate} -t {film.clip_s}", clip)
    _ffmpeg(f"-stream_loop {film.duration_s // film.clip_s - 1}", "-i", clip, "-map", 0, "-c", "copy", unfinished)
    clip.unlink()
    unfinished.rename(target)


def _ffmpeg(options: str, *arguments: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *options.split(), *map(str, arguments)], check=True)
