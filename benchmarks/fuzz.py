"""python -m benchmarks.fuzz [--minutes 60] [--seed 0] [FILM ...]: damaged films, and what their readers make of them.

Films are made by ffmpeg, and more may be named. Each is damaged again and again, and read to its last segment, and an
MP4 is given a new head, as the worker and the server do. There must be samples that lie in the film, or a reason why it
is not packaged: no other error, nothing that takes more than 2 s of the processor, and no more than 64 MiB of memory
beside the film. What breaks that is kept in the folder for --findings. Damaged films of which something new comes are
damaged further. Each minute prints a line. The exit status is 1 if there are findings.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.damage import damaged
from services.http.ranges import ByteRange
from services.packaging.faststart.head import film_head
from services.packaging.film_index import FilmIndex, NotPackaged, Samples
from services.packaging.fmp4.fragments import segment_parts
from services.packaging.fmp4.initialisation import init_segment
from services.packaging.kept.segment_record import segment_record
from services.packaging.kept.stored_matroska import matroska_bytes, matroska_of
from services.packaging.matroska.clusters.blocks import read_segment
from services.packaging.matroska.index import read_matroska
from services.packaging.mp4.index import read_mp4
from services.packaging.reading import read_with

MOST_S = 2.0
MOST_BYTES = 64 * 2**20
MOST_PARENTS = 400
MOST_KEPT = 20  # findings
LARGEST_FILM = 2 * 2**20
EVERY_S = 60.0
_MATROSKA = b"\x1a\x45\xdf\xa3"
_SOURCE = "-f lavfi -i testsrc2=size=64x36:rate=24:duration=6 -f lavfi -i sine=duration=6"
_H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 2 -g 48"
_MADE = {
    "plain.mp4": f"{_H264} -c:a aac",
    "first.mov": f"{_H264} -c:a aac -movflags +faststart",
    "fragments.mp4": f"{_H264} -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof",
    "hevc.mp4": "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=48 -tag:v hvc1 -c:a ac3",
    "sound.m4a": "-vn -c:a aac",
    "opus.mp4": f"{_H264} -c:a libopus",
    "film.mkv": f"{_H264} -c:a ac3",
    "laced.mkv": f"{_H264} -c:a libmp3lame",
    "live.mkv": f"{_H264} -c:a flac -live 1",
    "film.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 48 -c:a libopus",
    "piped.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 48 -c:a libopus -live 1",
}


@dataclass
class Tally:
    """What came of the films so far. ``worst_s`` and ``worst_bytes`` are of the one that took most."""

    outcomes: Counter[str] = field(default_factory=Counter)
    worst_s: float = 0.0
    worst_bytes: int = 0
    findings: int = 0


def main() -> int:
    options = _parse(sys.argv[1:])
    named = [film.read_bytes() for film in options.films if film.stat().st_size <= LARGEST_FILM]
    tally = _fuzz([*_made(), *named], random.Random(options.seed), options.minutes * 60, options.findings)
    print(f"{sum(tally.outcomes.values())} films, {len(tally.outcomes)} outcomes, {tally.findings} findings")
    for outcome, count in tally.outcomes.most_common(20):
        print(f"{count:9d}  {outcome}")
    return 1 if tally.findings else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.fuzz", description="Damaged films for the readers.")
    parser.add_argument("films", nargs="*", type=Path, metavar="FILM", help="more of them, of up to 2 MiB")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long (default: 60)")
    parser.add_argument("--seed", type=int, default=0, help="of the damage (default: 0)")
    parser.add_argument("--findings", type=Path, default=Path("findings"), help="a folder (default: findings)")
    return parser.parse_args(arguments)


def _made() -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as folder:
        for name, options in _MADE.items():
            film = Path(folder, name)
            command = ["ffmpeg", "-v", "error", *_SOURCE.split(), *options.split(), str(film)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
            yield film.read_bytes()


def _fuzz(films: list[bytes], chance: random.Random, seconds: float, findings: Path) -> Tally:
    tally, parents = Tally(), list(films)
    for film in films:
        _try(film, tally, findings)
    end = time.monotonic() + seconds
    due = time.monotonic() + EVERY_S
    while time.monotonic() < end:
        film = damaged(chance.choice(parents), films, chance)
        if _try(film, tally, findings) and len(film) <= LARGEST_FILM:
            parents.append(film)
            if len(parents) > MOST_PARENTS:
                del parents[chance.randrange(len(films), len(parents))]
        if time.monotonic() > due:
            due += EVERY_S
            told = f"{sum(tally.outcomes.values())} films, {len(tally.outcomes)} outcomes, {tally.findings} findings"
            print(f"{told}; at most {tally.worst_s:.2f} s, {tally.worst_bytes / 2**20:.1f} MiB", flush=True)
    return tally


def _try(film: bytes, tally: Tally, findings: Path) -> bool:
    """Reads the film. Answers whether there was no such outcome before."""
    before_bytes = _reset_peak()
    began_s = time.thread_time()
    fault = ""
    try:
        outcome = "; ".join(_outcome(read, film) for read in (_segments, _new_head))
    except Exception:
        outcome = fault = traceback.format_exc()
    taken_s, taken_bytes = time.thread_time() - began_s, _memory("VmHWM") - before_bytes
    tally.worst_s, tally.worst_bytes = max(tally.worst_s, taken_s), max(tally.worst_bytes, taken_bytes)
    if taken_s > MOST_S or taken_bytes > MOST_BYTES:
        fault += f"it took {taken_s:.1f} s and {taken_bytes >> 20} MiB\n"
    tally.outcomes[outcome] += 1
    if fault:
        tally.findings += 1
        if tally.findings <= MOST_KEPT:
            findings.mkdir(exist_ok=True)
            (findings / f"{tally.findings}.film").write_bytes(film)
            (findings / f"{tally.findings}.txt").write_text(fault)
    return tally.outcomes[outcome] == 1


def _outcome(read: Callable[[bytes], str], film: bytes) -> str:
    try:
        return read(film)
    except NotPackaged as reason:
        return re.sub(r"\d+", "N", str(reason))[:80]


def _segments(film: bytes) -> str:
    """How many segments it has. Raises NotPackaged."""
    read = partial(_bytes_of, film)
    if film[: len(_MATROSKA)] != _MATROSKA:
        packaged = read_with(read_mp4(len(film)), read)
        count = sum(
            1 for samples in packaged.segments if segment_record(samples) and _parts(packaged.index, samples, film)
        )
        return f"{count} segments"
    found = read_with(read_matroska(len(film), len(film)), read)
    assert matroska_of(matroska_bytes(found)) == found
    walks = map(partial(read_segment, found), range(len(found.entries)))
    return f"{sum(1 for walk in walks if _parts(found.index, read_with(walk, read), film))} segments"


def _new_head(film: bytes) -> str:
    """With the index in front, and its first sound alone. Raises NotPackaged."""
    if film[: len(_MATROSKA)] == _MATROSKA:
        return "no MP4"
    head, pieces = read_with(film_head(len(film), 0), partial(_bytes_of, film))
    assert sum(map(len, pieces)) == head.head_bytes
    assert all(part.last < len(film) for part in head.rest(len(film)))
    return "a new head"


def _bytes_of(film: bytes, first: int, length: int) -> bytes:
    assert first >= 0, "a reader asks for bytes before the film"
    return film[first : first + length]


def _parts(index: FilmIndex, segment: tuple[Samples | None, ...], film: bytes) -> bool:
    """Makes a segment of each track, and holds it against the film."""
    for track, samples in zip(index.tracks, segment, strict=True):
        init_segment(index, track)
        for part in segment_parts(track, samples, 0) if samples else ():
            assert isinstance(part, bytes) or (isinstance(part, ByteRange) and part.last < len(film))
    return True


def _reset_peak() -> int:
    """Lets the kernel count the most memory anew, and answers how much there is now."""
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found, name
    return int(found[1]) * 1024


if __name__ == "__main__":
    sys.exit(main())
