"""A whole site as deploy/site.py starts it: two servers of one bucket, and nginx in front of them."""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from pathlib import Path
from uuid import uuid4

import psutil

from tests.needs import need
from tests.server_process import ROOT, clean_environment

COMMAND = (sys.executable, str(ROOT / "deploy/site.py"))
FILM = "/videos/film.mp4"
MIB = 2**20


class Site:
    """``url`` is nginx's, ``servers`` are the URLs of those behind it; ``process`` is the script's."""

    def __init__(self, process: subprocess.Popen[str], port: int, data: Path) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.servers = [f"http://127.0.0.1:{port + 1}", f"http://127.0.0.1:{port + 2}"]
        self._logs = [data / f"server-{port + 1}.log", data / f"server-{port + 2}.log"]

    def ask(self, path: str = FILM, *, at: str = "", method: str = "GET", **fields: str) -> HTTPResponse:
        """The answer, also if it is an error; ``at`` is the URL of another server than nginx."""
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        request = urllib.request.Request((at or self.url) + path, headers=fields, method=method)
        try:
            return urllib.request.urlopen(request, timeout=120)
        except urllib.error.HTTPError as error:
            return error

    def content(self, path: str = FILM, **options: str) -> bytes:
        with self.ask(path, **options) as answer:
            return answer.read()

    def slices_asked(self) -> Counter[int]:
        """How often the servers were asked for each slice of the film, by their logs. (Reads of their workers are not
        logged.)"""
        return sum(self.slices_asked_of_each(), Counter())

    def slices_asked_of_each(self) -> list[Counter[int]]:
        return [_slices(log) for log in self._complete_logs()]

    def requests_of(self, paths: Collection[str]) -> Counter[str]:
        """How often the servers were asked for each of these, by now."""
        asked = re.findall(r" GET (\S+) \d+ ", "".join(self._complete_logs()))
        return Counter(path for path in asked if path in paths)

    def _complete_logs(self) -> list[str]:
        mark = f"/videos/{uuid4()}"
        for server, log in zip(self.servers, self._logs, strict=True):
            self.content(mark, at=server)
            while mark not in log.read_text():  # then all earlier requests are logged, too
                time.sleep(0.05)
        return [log.read_text() for log in self._logs]

    def server_process(self, server: str) -> psutil.Process:
        port = server.rpartition(":")[2]
        return next(child for child in psutil.Process(self.process.pid).children() if port in child.cmdline())


def _slices(log: str) -> Counter[int]:
    ranges = re.findall(r"GET /videos/film\.mp4\S* \d+ bytes=(\d+)-(\d+)", log)
    return Counter(int(first) // MIB for first, last in ranges if int(last) - int(first) == MIB - 1)


@contextmanager
def site_process(
    *arguments: str, command: tuple[str, ...] = COMMAND, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Starts the script with these arguments. Asks it to end, and kills it and all that it started if it does not."""
    need("nginx")
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment() | (environment or {}),
    )
    with process:
        try:
            yield process
        finally:
            children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.terminate()
            try:
                process.wait(40)
            finally:
                for each in [process, *children]:
                    with suppress(psutil.Error):
                        each.kill()


def wait_for_site(process: subprocess.Popen[str]) -> None:
    for line in process.stdout:
        if "is the site" in line:
            return
    raise AssertionError(process.stderr.read())
