"""python -m benchmarks.fuzz_remux [--films 1000] [--seed 0] [--findings FOLDER]: damaged films, and what the worker
makes of them that takes films apart.

Films of each container are made by ffmpeg, and damaged. Of each damaged one the index is made, then its first, middle
and last segments, and the same segments by the index of the whole film, in a process with the limits of a worker. It
may fail as a film does (FilmUnreadable, NotPackaged), and in no other way: no crash, nothing that takes more than 10 s
of the processor, and no memory beyond the worker's. What breaks that is kept in the folder for --findings. Each hundred
films print a line. The exit status is 1 if there are findings.
"""

import argparse
import contextlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import traceback
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from pathlib import Path

from benchmarks.damage import damaged
from services.errors import FilmUnreadable
from services.media.worker.index_jobs import index_film
from services.media.worker.main import FILE_BYTES, MEMORY_BYTES
from services.media.worker.remux_jobs import remux_segment
from services.packaging.kept.not_packaged import refused
from services.packaging.kept.stored_index import DamagedIndex
from services.packaging.kept.stored_remux import remuxed_of
from services.packaging.offered import SOUND_ALONE, offered

MOST_S = 10
_TOLD_EACH = 100  # films
_SOURCE = "-f lavfi -i testsrc2=size=64x36:rate=24:duration=6 -f lavfi -i sine=duration=6"
_H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 2 -g 48"
_MADE = {
    "mp3.avi": f"{_H264} -c:a libmp3lame",
    "pcm.avi": f"{_H264} -c:a pcm_s16le",
    "wma.wmv": f"{_H264} -c:a wmav2",
    "mp2.vob": f"{_H264} -c:a mp2",
    "ac3.ts": f"{_H264} -c:a ac3",
    "aac.flv": f"{_H264} -c:a aac",
}


def main() -> int:
    options = _parse(sys.argv[1:])
    chance = random.Random(options.seed)
    outcomes: Counter[str] = Counter()
    worst_s, worst_bytes, findings = 0.0, 0, 0
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        folder = Path(name)
        films = {kind: _film(folder / kind, how) for kind, how in _MADE.items()}
        indexes = {kind: _index(folder, content) for kind, content in films.items()}
        for number in range(options.films):
            kind = list(films)[number % len(films)]
            film = damaged(films[kind], list(films.values()), chance)
            outcome, seconds, peak_bytes = _tried(folder, film, indexes[kind])
            outcomes[f"{kind}: {outcome}"] += 1
            worst_s, worst_bytes = max(worst_s, seconds), max(worst_bytes, peak_bytes)
            if outcome not in ("plays", "fails as a film does") or seconds > MOST_S:
                findings += 1
                options.findings.mkdir(parents=True, exist_ok=True)
                (options.findings / f"{sha256(film).hexdigest()[:16]}.{kind}").write_bytes(film)
            if not (number + 1) % _TOLD_EACH or number + 1 == options.films:
                told = f"{number + 1} films, {findings} findings"
                print(f"{told}; at most {worst_s:.2f} s and {worst_bytes / 2**20:.0f} MiB", flush=True)
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:6d}  {outcome}")
    return 1 if findings else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.fuzz_remux", description="Damaged films for the worker.")
    parser.add_argument("--films", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, default=0, help="of the damage (default: 0)")
    parser.add_argument("--findings", type=Path, default=Path("findings"), help="a folder (default: findings)")
    return parser.parse_args(arguments)


def _film(path: Path, how: str) -> bytes:
    command = ["ffmpeg", "-v", "error", *_SOURCE.split(), *how.split(), str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path.read_bytes()


def _index(folder: Path, content: bytes) -> bytes:
    """The film's index, or why it has none. Raises FilmUnreadable."""
    (folder / "film").write_bytes(content)
    with (folder / "film").open("rb") as film:
        index_film(film, str(folder / "index"))
    return (folder / "index").read_bytes()


def _tried(folder: Path, content: bytes, whole: bytes) -> tuple[str, float, int]:
    """What came of the film, the seconds of processor that it took, and the peak of the memory."""
    child = os.fork()
    if not child:
        os._exit(_jobs(folder, content, whole))
    _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    told = {0: "plays", 1: "fails as a film does", 2: "another error"}.get(code, f"ended by signal {-code}")
    return told, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def _jobs(folder: Path, content: bytes, whole: bytes) -> int:
    """The exit status of a process that does them."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_S, MOST_S + 1))
    try:
        (folder / "film").write_bytes(content)
        with contextlib.suppress(FilmUnreadable):
            _segments(folder, whole)  # of an index that was made before the film was damaged
        try:
            index = _index(folder, content)
            if refused(index) is not None:
                return 1
            _segments(folder, index)
        except (FilmUnreadable, DamagedIndex):
            return 1
    except BaseException:
        traceback.print_exc()
        return 2
    return 0


def _segments(folder: Path, index: bytes) -> None:
    """Raises FilmUnreadable and DamagedIndex."""
    listed = offered(remuxed_of(index).index, SOUND_ALONE)
    targets = {track.name: str(folder / track.name) for track in listed.tracks}
    last = len(listed.cuts) - 1
    for number in sorted({0, last // 2, last}):
        with (folder / "film").open("rb") as film:
            remux_segment(film, b64encode(index).decode(), number, targets)


if __name__ == "__main__":
    sys.exit(main())
