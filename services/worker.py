"""The server's side of the worker process: started for a job, ended when it rests, replaced when it breaks."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from services.errors import FilmUnreadable, WorkerFailed

REST_S = 20.0  # without a job for this long, it ends: a server at rest is one process
MAX_ANSWER_BYTES = 4 * 2**20
_ROOT = Path(__file__).resolve().parent.parent  # from which the worker imports our modules


def can_look_into_films() -> bool:
    """Whether what the worker needs is installed (``pip install '.[media]'``)."""
    return find_spec("av") is not None


class Worker:
    """Does one job at a time, in the order in which they came. ``module`` is the program."""

    def __init__(self, module: str = "services.media.worker", rest_s: float = REST_S) -> None:
        self._module = module
        self._rest_s = rest_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._ending: Process | None = None
        self._rest: asyncio.TimerHandle | None = None

    async def run(self, job: str, *, timeout_s: float, **arguments: object) -> Any:
        """What the job returns: anything that JSON can say. ``timeout_s`` counts from its turn on.

        Raises FilmUnreadable, or WorkerFailed. A job that does not end in time, and one whose caller is
        cancelled, takes its process with it; the next has a new one.
        """
        async with self._turn:
            if self._rest is not None:
                self._rest.cancel()
            try:
                async with asyncio.timeout(timeout_s):
                    answer = await self._answer(job, arguments)
            except BaseException as error:
                self._end()
                if isinstance(error, OSError | ValueError | EOFError):  # a TimeoutError is an OSError
                    raise WorkerFailed(f"{job}: {str(error) or type(error).__name__}") from error
                raise
            self._rest = asyncio.get_running_loop().call_later(self._rest_s, self._end)
        if "unreadable" in answer:
            raise FilmUnreadable(answer["unreadable"])
        if "failed" in answer:
            raise WorkerFailed(f"{job}: {answer['failed']}")
        return answer["result"]

    async def close(self) -> None:
        """Ends the process, and the job that it does."""
        if self._rest is not None:
            self._rest.cancel()
        self._end()
        await self._ended()

    async def _answer(self, job: str, arguments: dict[str, object]) -> dict[str, Any]:
        process = await self._running()
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps({"job": job, "arguments": arguments}).encode("ascii") + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()  # ValueError where it is longer than MAX_ANSWER_BYTES
        if not line:
            raise EOFError("the worker ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _running(self) -> Process:
        if self._process is not None and self._process.returncode is not None:
            self._end()
        if self._process is None:
            await self._ended()  # a disk that hangs holds even who is killed: it must not hold one more, and one more
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._module, stdin=PIPE, stdout=PIPE, cwd=_ROOT, limit=MAX_ANSWER_BYTES
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._ending, self._process = self._process, None

    async def _ended(self) -> None:
        if self._ending is not None:
            await self._ending.wait()
            self._ending = None
