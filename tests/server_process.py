"""The server as its users start it: a process of its own."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from services.settings import Settings

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, str(ROOT / "server.py"))
AHEAD = (sys.executable, str(ROOT / "tests" / "server_ahead.py"))  # its clock can be put forward


class ServerProcess:
    """``url`` is where it listens, ``announcement`` what it printed about that."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.announcement = process.stdout.readline()
        found = re.search(r"https?://\S+:(\d+)", self.announcement)
        assert found, f"the server did not start: {self.announcement!r}"
        self.url = found[0]
        self.port = int(found[1])

    def ended(self, timeout_s: float = 60.0) -> int:
        """The exit status, once it has ended by itself."""
        return self.process.wait(timeout_s)


@contextmanager
def server_process(
    *arguments: str, command: tuple[str, ...] = COMMAND, environment: dict[str, str] | None = None, **options: object
) -> Iterator[ServerProcess]:
    """Starts a server with these arguments; by default on a free port, with an empty cache and no shares. Kills it at
    the end if it still runs."""
    port = (
        () if any(argument == "--port" for argument in arguments) or "PORT" in (environment or {}) else ("--port", "0")
    )
    with tempfile.TemporaryDirectory(prefix="movie-streaming-test-", ignore_cleanup_errors=True) as cache:
        process = subprocess.Popen(
            [*command, *arguments, *port],
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment() | {"CACHE": cache, "SHARES": f"{cache}/shares.json"} | (environment or {}),
            **options,
        )
        try:
            yield ServerProcess(process)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def clean_environment() -> dict[str, str]:
    """The environment of this process without the server's settings."""
    settings = {each.metadata["option"].upper().replace("-", "_") for each in fields(Settings)}
    of_render = {"RENDER", "RENDER_EXTERNAL_HOSTNAME"}
    return {name: value for name, value in os.environ.items() if name not in settings | of_render}
