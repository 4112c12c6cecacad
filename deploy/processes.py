"""Processes that are started one after the other, each once the one before answers, and ended in the reverse order."""

import asyncio
import os
from contextlib import AsyncExitStack, closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

PATIENCE_S = 15.0  # how long a process may take to end; a server gives its viewers 10 s
LAST_LINES = 10


class StartFailed(Exception):
    """Says in words for the user what is missing or went wrong."""


class Processes:
    """Starts processes. Each has its log in ``folder``. All are ended when ``stack`` is closed."""

    def __init__(self, stack: AsyncExitStack, folder: Path) -> None:
        self.folder = folder.resolve()
        self._stack = stack
        self.folder.mkdir(parents=True, exist_ok=True)

    async def start(
        self,
        name: str,
        *command: str | Path,
        port: int,
        environment: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> asyncio.subprocess.Process:
        """Starts a process, and waits until it answers HTTP at ``port``. Raises StartFailed if it ends before."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | (environment or {}),
                cwd=cwd,
                start_new_session=True,  # so Ctrl-C reaches only this process, which ends the others in order
            )
        self._stack.push_async_callback(_end, process)
        while not await asyncio.to_thread(_answers, port):
            if process.returncode is not None:
                lines = log.read_text("utf-8", "replace").splitlines()
                raise StartFailed("\n".join([f"{name} did not start:", *lines[-LAST_LINES:]]))
            await asyncio.sleep(0.05)
        return process


async def _end(process: asyncio.subprocess.Process) -> None:
    """Asks the process to end. Kills it if that takes too long, or another signal comes."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        await process.wait()


def _answers(port: int) -> bool:
    """Whether an HTTP server answers at ``port``, with any status."""
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5.0)) as connection:
            connection.request("GET", "/")
            connection.getresponse()
    except (OSError, HTTPException):
        return False
    return True
