"""python -m benchmarks.conversion: what it costs to convert the sound of films, beside one ffmpeg for each viewer.

The film is made by ffmpeg: two minutes with Dolby Digital 5.1, a key frame every four seconds. Viewers take its sound
as the page does, a segment after the other. Then a probe asks for 64 KiB of another film while viewers convert as fast
as they can, each a film of its own.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread
from urllib.request import urlopen

from benchmarks.client import Connection
from benchmarks.effort import MIB
from benchmarks.process import ServerProcess, free_port, running
from benchmarks.starts import await_details

ROOT = Path(__file__).resolve().parent.parent
SECONDS, STARTS, SEEKS, VIEWERS, PROBES = 120, 5, 20, 4, 500
PROBE_EVERY_S = 0.02
_FILM = f"""
ffmpeg -v error -f lavfi -i testsrc2=size=640x360:rate=24:duration={SECONDS}
-f lavfi -i anoisesrc=color=pink:sample_rate=48000:duration={SECONDS}
-c:v libx264 -preset ultrafast -g 96 -pix_fmt yuv420p -c:a ac3 -ac 6 -b:a 448k film.mkv
"""
_FFMPEG = "ffmpeg -v error -i film.mkv -map 0:a -c:a aac -ac 2 -b:a 192k -f mp4 -movflags frag_keyframe+empty_moov"


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        films = Path(name) / "films"
        films.mkdir()
        subprocess.run(_FILM.split(), cwd=films, check=True)
        print("| | |")
        print("| --- | --: |")
        _print_ffmpeg(films)
        _print_first_waits(films)
        copies = [f"film-{number}.mkv" for number in range(STARTS + VIEWERS)]
        for copy in copies:  # of one version each, so that each is converted
            (films / copy).write_bytes((films / "film.mkv").read_bytes() + bytes([copies.index(copy)]))
        with serving(films, "sound") as server:
            _print_viewer(server, "film.mkv")
            _print_waits(server, copies[:STARTS])
            _print_probe(server, copies[STARTS:])


@contextmanager
def serving(films: Path, convert: str) -> Iterator[ServerProcess]:
    """A server with ``--convert``, and a cache beside the folder ``films``."""
    port = free_port()
    command = [
        sys.executable,
        str(ROOT / "server.py"),
        "--assets",
        str(films),
        "--port",
        str(port),
        "--convert",
        convert,
    ]
    with running([*command, "--cache", str(films.parent / "cache")], port, ROOT) as server:
        yield server


def _print_ffmpeg(films: Path) -> None:
    """One run is what a viewer costs where each has one."""
    process = subprocess.Popen([*_FFMPEG.split(), "pipe:1"], cwd=films, stdout=subprocess.PIPE)
    assert process.stdout is not None
    while process.stdout.read(MIB):
        pass
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    row("one ffmpeg a viewer: share of a core", _percent((usage.ru_utime + usage.ru_stime) / SECONDS))
    row("one ffmpeg a viewer: memory", f"{usage.ru_maxrss / 1024:.0f} MiB")


def _print_viewer(server: ServerProcess, film: str) -> None:
    with Connection(server.port) as connection:
        segments = _segments(server, film)
        connection.fetch(segments[-1])  # the worker runs now
        idle_bytes, before_s = server.memory_bytes(), server.cpu_s()
        for segment in segments[:-1]:
            connection.fetch(segment)
        row("a viewer: share of a core", _percent((server.cpu_s() - before_s) / SECONDS))
        row("server and workers before the film: memory", f"{idle_bytes / MIB:.0f} MiB")
        row("after the film", f"{server.memory_bytes() / MIB:.0f} MiB")
        before_s = server.cpu_s()
        for segment in segments:
            connection.fetch(segment)
        row("each viewer after the first: share of a core", _percent((server.cpu_s() - before_s) / SECONDS))


def _print_first_waits(films: Path) -> None:
    """Of the first viewer: neither of the processes runs that read the index and convert."""
    waits = []
    for _ in range(STARTS):
        with serving(films, "sound") as server:
            await_details(server.port)
            begin_s = time.monotonic()
            with Connection(server.port) as connection:
                connection.fetch(_segments(server, "film.mkv")[0])
            waits.append(time.monotonic() - begin_s)
        shutil.rmtree(films.parent / "cache")
    row("wait at the first start of all (median, worst)", f"{in_ms(median(waits))}, {in_ms(max(waits))}")


def _print_waits(server: ServerProcess, films: list[str]) -> None:
    starts, seeks = [], []
    chosen = random.Random(17)
    for film in films:
        begin_s = time.monotonic()
        segments = _segments(server, film)
        with Connection(server.port) as connection:
            connection.fetch(segments[0])
            starts.append(time.monotonic() - begin_s)
            for segment in chosen.sample(segments[3:-1:2], SEEKS // len(films)):  # which nothing ran ahead to
                begin_s = time.monotonic()
                connection.fetch(segment)
                seeks.append(time.monotonic() - begin_s)
    row("wait at the start, with the film's index (median, worst)", f"{in_ms(median(starts))}, {in_ms(max(starts))}")
    row("wait at a seek (median, worst)", f"{in_ms(median(seeks))}, {in_ms(max(seeks))}")


def _print_probe(server: ServerProcess, films: list[str]) -> None:
    row("64 KiB of another film: p50, p99", in_quantiles(probed(server)))
    ended = Event()
    viewers = [Thread(target=_convert_all, args=(server, film, ended)) for film in films]
    for viewer in viewers:
        viewer.start()
    row(f"the same beside {len(films)} who convert as fast as they can", in_quantiles(probed(server)))
    ended.set()
    for viewer in viewers:
        viewer.join()


def _convert_all(server: ServerProcess, film: str, ended: Event) -> None:
    with Connection(server.port) as connection:
        for segment in _segments(server, film):
            if ended.is_set():
                return
            connection.fetch(segment)


def probed(server: ServerProcess, film: str = "film.mkv") -> list[float]:
    """The seconds that each of PROBES ranges of the film took."""
    times = []
    with Connection(server.port) as connection:
        for number in range(PROBES):
            begin_s = time.monotonic()
            connection.fetch(f"/videos/{film}", (number * 4096, number * 4096 + 65535))
            times.append(time.monotonic() - begin_s)
            time.sleep(PROBE_EVERY_S)
    return times


def _segments(server: ServerProcess, film: str) -> list[str]:
    with urlopen(f"http://127.0.0.1:{server.port}/segments/{film}/index.json") as answer:
        count = len(json.load(answer)["cuts"])
    return [f"/segments/{film}/c1-{number}.m4s" for number in range(count)]


def in_quantiles(times: list[float]) -> str:
    """The median and the 99th percentile."""
    return f"{in_ms(median(times))}, {in_ms(quantiles(times, n=100)[98])}"


def _percent(share: float) -> str:
    return f"{share * 100:.2f} %"


def in_ms(seconds: float) -> str:
    """A time for people."""
    return f"{seconds * 1000:.1f} ms"


def row(what: str, value: str) -> None:
    """Prints a row of the table."""
    print(f"| {what} | {value} |", flush=True)


if __name__ == "__main__":
    main()
