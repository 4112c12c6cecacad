"""What a large library costs: ``python -m benchmarks.library [films]``.

Starts the server on copies of the sample, first with an empty cache and then with a full one, and asks for the list as
often as a page does. Prints when all films are known, when all have posters, and what server and worker took.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.effort import MIB
from benchmarks.process import ServerProcess, free_port

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "assets" / "Seek Anywhere.mp4"
POLL_S = 3.0


def main(films: int) -> None:
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        library, cache = Path(name, "films"), Path(name, "cache")
        library.mkdir()
        for number in range(films):
            shutil.copyfile(SAMPLE, library / f"Film {number:04d} (1999).mp4")
        for state in ("cold", "warm"):
            print(f"{films} films, cache {state}:")
            with _server("--assets", str(library), "--cache", str(cache)) as (server, began_s):
                _follow(server, began_s)


def _follow(server: ServerProcess, began_s: float) -> None:
    """Prints a line at each stage."""
    stages = [("listed", lambda film: True), ("known", _is_known), ("pictured", lambda film: "poster" in film)]
    most_bytes = 0
    while stages:
        films = json.load(urllib.request.urlopen(f"http://127.0.0.1:{server.port}/api/movies"))["movies"]
        most_bytes = max(most_bytes, server.memory_bytes())
        while stages and all(map(stages[0][1], films)):
            print(
                f"  all {stages.pop(0)[0]} after {time.monotonic() - began_s:.1f} s; with the worker"
                f" {server.cpu_s():.1f} s of CPU, {most_bytes / MIB:.0f} MiB at most",
                flush=True,
            )
        if stages:
            time.sleep(POLL_S)


def _is_known(film: dict[str, object]) -> bool:
    return film["state"] != "pending"


@contextmanager
def _server(*arguments: str) -> Iterator[tuple[ServerProcess, float]]:
    """Starts a server, and waits until it has printed where it listens. Yields it and the time of its start."""
    port, began_s = free_port(), time.monotonic()
    command = [sys.executable, str(ROOT / "server.py"), *arguments, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout
            print(f"  {process.stdout.readline().strip()} after {time.monotonic() - began_s:.1f} s")
            yield ServerProcess(process.pid, port), began_s
        finally:
            process.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
