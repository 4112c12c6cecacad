"""python -m benchmarks.picture_conversion: how long a viewer waits for the first picture after a jump, how fast
pictures are converted in each size, how much memory that takes, and how much later a range of another film comes.

The films are made by ffmpeg, with a key frame every two seconds, and one with ten seconds between them. A speed of 2
means that a second of film takes half a second.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from http import HTTPStatus
from itertools import product
from pathlib import Path
from statistics import median
from threading import Event, Thread
from urllib.error import HTTPError
from urllib.request import urlopen

from benchmarks.conversion import in_ms, in_quantiles, probed, row, serving
from benchmarks.effort import MIB
from benchmarks.process import ServerProcess

LINES = (360, 480, 720, 1080)
_SOURCE = "-f lavfi -i testsrc2=size={size}:rate=24:duration=12 -vf noise=alls=6:allf=t{filters}"
_HDR = "log-level=error:keyint=48:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
_FILMS = {
    "MPEG-4 ASP, 480 lines": ("720x480", "", "-c:v mpeg4 -bf 2 -q:v 4 -g 48", "film.mp4"),
    "MPEG-2, 576 lines, interlaced": (
        "720x576",
        ",tinterlace=interleave_top,fps=24",
        "-flags +ilme+ildct -c:v mpeg2video -bf 2 -q:v 3 -g 48",
        "film.ts",
    ),
    "HEVC of ten bits, 1080 lines, HDR": (
        "1920x1080",
        ",format=yuv420p10le",
        f"-c:v libx265 -preset ultrafast -crf 24 -x265-params {_HDR} -tag:v hvc1",
        "hdr.mp4",
    ),
    "HEVC, 1080 lines, a key frame every 10 s": (
        "1920x1080",
        ",format=yuv420p",
        "-c:v libx265 -preset ultrafast -crf 24 -x265-params log-level=error:keyint=240:min-keyint=240 -tag:v hvc1",
        "rare.mp4",
    ),
}


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        films = Path(name) / "films"
        films.mkdir()
        for size, filters, codec, film in _FILMS.values():
            source = _SOURCE.format(size=size, filters=filters)
            subprocess.run(["ffmpeg", "-v", "error", *source.split(), *codec.split(), film], cwd=films, check=True)
        print("| | |")
        print("| --- | --: |")
        shutil.copy(films / "hdr.mp4", films / "again.mp4")
        with (films / "again.mp4").open("ab") as file:
            file.write(b"\0\0\0\x08free")  # another version, of which the cache has nothing
        with serving(films, "all") as server:
            row("64 KiB of another film: p50, p99", in_quantiles(probed(server, "film.ts")))
            for what, (_, _, _, film) in _FILMS.items():
                _print_film(server, what, film)
            _print_probe(server)


def _print_film(server: ServerProcess, what: str, film: str) -> None:
    """Jumps in the smallest size, which a viewer gets first; from the end on, so that nothing was made ahead."""
    cuts, duration_s = _index(server, film)
    smallest, *others = LINES
    jumps = [_fetch_s(server, f"{film}/x0p{smallest}-{number}.m4s") for number in reversed(range(len(cuts)))]
    waits = f"{in_ms(median(jumps))}, {in_ms(max(jumps))}"
    row(f"{what}, {smallest} lines: wait after a jump (median, longest)", waits)
    for lines in others:
        try:
            took = [_fetch_s(server, f"{film}/x0p{lines}-{number}.m4s") for number in range(len(cuts))]
        except NotSoLarge:
            return
        row(f"{what}, {lines} lines: speed", f"{duration_s / sum(took):.1f}")


class NotSoLarge(Exception):
    """The film is not converted in this size."""


def _fetch_s(server: ServerProcess, segment: str) -> float:
    """How many seconds it took, once it is the film's turn. Raises NotSoLarge."""
    while True:
        begin_s = time.monotonic()
        try:
            with urlopen(f"http://127.0.0.1:{server.port}/segments/{segment}") as answer:
                answer.read()
            return time.monotonic() - begin_s
        except HTTPError as error:
            if error.code == HTTPStatus.NOT_FOUND:
                raise NotSoLarge from error
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            time.sleep(min(int(error.headers["Retry-After"]), 10))


def _print_probe(server: ServerProcess) -> None:
    ended = Event()
    viewer = Thread(target=_convert_all, args=(server, "again.mp4", ended))
    viewer.start()
    row("the same beside a conversion of HEVC to 1080 lines", in_quantiles(probed(server, "film.ts")))
    row("server and workers then: memory", f"{server.memory_bytes() / MIB:.0f} MiB")
    ended.set()
    viewer.join()


def _convert_all(server: ServerProcess, film: str, ended: Event) -> None:
    """In all sizes, the largest first: for longer than the ranges take."""
    cuts, _ = _index(server, film)
    for lines, number in product(reversed(LINES), range(len(cuts))):
        if not ended.is_set():
            _fetch_s(server, f"{film}/x0p{lines}-{number}.m4s")


def _index(server: ServerProcess, film: str) -> tuple[list[float], float]:
    with urlopen(f"http://127.0.0.1:{server.port}/segments/{film}/index.json") as answer:
        index = json.load(answer)
    (track,) = [track for track in index["tracks"] if track["name"] == "x0"]
    return track["cuts"], index["duration"]


if __name__ == "__main__":
    main()
