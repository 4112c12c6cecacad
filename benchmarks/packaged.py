"""python -m benchmarks.packaged: processor time of a film's segments, beside the same bytes as one range of the film.

The film is made by ffmpeg: a minute of 5 Mbit/s with a key frame every six seconds, as MP4 and as Matroska. The heads
of the segments are known but for the first time. Rounds of segments and of ranges take turns, since the machine may
have other things to do.
"""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from benchmarks.client import Connection
from benchmarks.effort import MIB
from benchmarks.process import ServerProcess, free_port, running

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, TIMES = 7, 20  # in a round, all segments so often
SECONDS = 60
_FFMPEG = f"""
ffmpeg -v error -f lavfi -i testsrc2=size=1280x720:rate=24:duration={SECONDS} -f lavfi -i sine=440:duration={SECONDS}
-c:v libx264 -preset ultrafast -b:v 5M -minrate 5M -maxrate 5M -bufsize 5M -g 144 -keyint_min 144 -sc_threshold 0
-pix_fmt yuv420p -c:a aac -b:a 128k film.mp4
"""
_COPY = "ffmpeg -v error -i film.mp4 -c copy film.mkv"


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        folder = Path(name)
        (folder / "films").mkdir()
        for command in (_FFMPEG, _COPY):
            subprocess.run(command.split(), cwd=folder / "films", check=True)
        print("| a segment of | length | ms the first time | ms of processor time | ms of one range | ratio |")
        print("| --- | --: | --: | --: | --: | --: |")
        with _server(folder) as server:
            for film in ("film.mp4", "film.mkv"):
                for track in ("v0", "a1"):
                    _print_track(server, film, track)


def _server(folder: Path) -> AbstractContextManager[ServerProcess]:
    port = free_port()
    command = [sys.executable, str(ROOT / "server.py"), "--assets", str(folder / "films"), "--port", str(port)]
    return running([*command, "--cache", str(folder / "cache")], port, ROOT)


def _print_track(server: ServerProcess, film: str, track: str) -> None:
    with Connection(server.port) as connection:
        cuts = _cuts(server, film)
        urls = [f"/segments/{film}/{track}-{number}.m4s" for number in range(len(cuts))]
        before_s = server.cpu_s()
        lengths = [connection.fetch(url) for url in urls]
        first_ms = (server.cpu_s() - before_s) * 1000 / len(urls)
        spans = [(MIB, MIB + length - 1) for length in lengths]

        def segments() -> None:
            for url in urls:
                connection.fetch(url)

        def ranges() -> None:
            for span in spans:
                connection.fetch(f"/videos/{film}?original", span)

        rounds = [(_cpu_ms(server, segments), _cpu_ms(server, ranges)) for _ in range(ROUNDS)]
    count = TIMES * len(urls)
    as_segments, as_ranges = (median(each) / count for each in zip(*rounds, strict=True))
    length = f"{sum(lengths) / len(urls) / MIB:.2f} MiB"
    ratio = median(segments / ranges for segments, ranges in rounds)
    print(f"| {film} {track} | {length} | {first_ms:.2f} | {as_segments:.2f} | {as_ranges:.2f} | {ratio:.2f} |")


def _cuts(server: ServerProcess, film: str) -> list[float]:
    with urlopen(f"http://127.0.0.1:{server.port}/segments/{film}/index.json") as answer:
        cuts: list[float] = json.load(answer)["cuts"]
        return cuts


def _cpu_ms(server: ServerProcess, ask: Callable[[], None]) -> float:
    before_s = server.cpu_s()
    for _ in range(TIMES):
        ask()
    return (server.cpu_s() - before_s) * 1000


if __name__ == "__main__":
    main()
