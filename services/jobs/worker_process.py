"""The server's side of the worker process: started for a job, ended after 20 s without one, replaced when it breaks.

Demuxers and decoders are C that reads whatever is in a folder. So the server never imports them. A job that crashes,
hangs, floods its output or takes too much memory fails alone.

A film may take the worker over. So the worker gets only those variables of the environment that Python needs (not the
keys of clouds), and of the descriptors the log and one socket, over which films come (SCM_RIGHTS). What it answers is
not trusted: an answer has at most 1 MiB, and a process whose answer cannot be right is ended, and counts as crashed.
Results are written to paths in a draft of the cache.
"""

import asyncio
import json
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from services.errors import FilmUnreadable, StorageError, WorkerFailed

WORKER = "services.media.worker.main"  # the program
REST_S = 20.0  # without a job for this long, the process ends: a server at rest is one process
MAX_ANSWER_BYTES = 2**20  # details with the most tracks and chapters that we keep take half of it
_MAX_REASON = 500  # characters, since the reason goes to the log
_REASONS = {"unreadable", "unavailable", "failed"}  # the kinds of answers without a result
_ROOT = Path(__file__).resolve().parents[2]  # from which the worker imports our modules
# The variables of the server's environment that the worker gets. A list and not a pattern such as PYTHON*, since
# PYTHONANYWHERE_API_TOKEN is a secret.
_NEEDED = (
    "PATH",  # wrappers of Python, as Nix and Conda have them
    "LD_LIBRARY_PATH",  # libraries of a Python, or an FFmpeg, that is not the system's
    "DYLD_LIBRARY_PATH",
    "HOME",  # packages in the user's own site-packages
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONUSERBASE",
    "PYTHONNOUSERSITE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "LANG",  # so that file names are encoded as in the server
    "LC_ALL",
    "LC_CTYPE",
    "PYTHONUTF8",
    "PYTHONCOERCECLOCALE",
)


def can_look_into_films() -> bool:
    """Whether PyAV, which the worker needs, is installed (``pip install '.[media]'``)."""
    return find_spec("av") is not None


@dataclass(frozen=True, slots=True)
class JobFilm:
    """A film for a job: at ``url`` on this server, with the entity tag ``version``; or if that is empty, the file open
    as ``descriptor``. FFmpeg guesses by the extension of ``name`` where the content does not tell."""

    name: str
    url: str = ""
    version: str = ""
    descriptor: int = -1


class Worker:
    """Does one job at a time, in the order in which they were asked for. ``module`` is the program; ``environment`` is
    the server's, of which the process gets the variables above. Without a job for ``rest_s`` seconds it ends."""

    def __init__(
        self,
        module: str = WORKER,
        rest_s: float = REST_S,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._module = module
        self._rest_s = rest_s
        self._environment = {name: value for name, value in (environment or {}).items() if name in _NEEDED}
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._films: socket.socket | None = None  # over which the process gets descriptors
        self._ending: Process | None = None
        self._rest: asyncio.TimerHandle | None = None

    async def run(
        self,
        job: str,
        *,
        timeout_s: float,
        film: JobFilm | None = None,
        accept: Callable[[Any], Any] = lambda result: result,
        **arguments: object,
    ) -> Any:
        """Runs a job, and returns its result: any JSON value. ``timeout_s`` counts from the job's turn.

        ``accept`` checks the result, and returns it or raises ValueError. A process is ended if its job takes too
        long, if the caller is cancelled, or if the answer is refused; the next job gets a new process.

        Raises FilmUnreadable, StorageError (the film's bytes cannot be read) or WorkerFailed.
        """
        async with self._turn:
            if self._rest is not None:
                self._rest.cancel()
            try:
                async with asyncio.timeout(timeout_s):
                    kind, content = await self._answer(job, film, arguments)
                if kind == "result":
                    content = accept(content)
            except BaseException as error:
                self._end()
                if isinstance(error, OSError | ValueError | EOFError):  # a TimeoutError is an OSError
                    raise WorkerFailed(f"{job}: {str(error) or type(error).__name__}") from error
                raise
            self._rest = asyncio.get_running_loop().call_later(self._rest_s, self._end)
        match kind:
            case "unreadable":
                raise FilmUnreadable(content)
            case "unavailable":
                raise StorageError(content)
            case "failed":
                raise WorkerFailed(f"{job}: {content}")
        return content

    async def close(self) -> None:
        """Ends the process, and the job under way."""
        if self._rest is not None:
            self._rest.cancel()
        self._end()
        await self._ended()

    async def _answer(self, job: str, film: JobFilm | None, arguments: dict[str, object]) -> tuple[str, Any]:
        """The kind of the answer ("result" or one of _REASONS), and its content. Raises ValueError where it is no
        answer, EOFError where the process ends, or OSError."""
        process = await self._running()
        assert process.stdin and process.stdout and self._films
        request: dict[str, object] = {"job": job, "arguments": arguments}
        if film is not None:
            request["film"] = {"name": film.name, "url": film.url, "version": film.version}
            if not film.url:
                socket.send_fds(self._films, [b"\0"], [film.descriptor])
        process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()  # raises ValueError beyond MAX_ANSWER_BYTES
        if not line:
            raise EOFError("the worker ended")
        return _parsed(line)

    async def _running(self) -> Process:
        if self._process is not None and self._process.returncode is not None:
            self._end()
        if self._process is None:
            await self._ended()  # a hanging disk holds even a killed process: never start a second one beside it
            self._process = await self._started()
        return self._process

    async def _started(self) -> Process:
        """Starts the process. It inherits standard error and what is named here, and nothing else."""
        self._films, theirs = socket.socketpair()
        self._films.setblocking(False)
        with theirs:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module, str(theirs.fileno())),
                stdin=PIPE,
                stdout=PIPE,
                pass_fds=(theirs.fileno(),),
                cwd=_ROOT,
                env=self._environment,
                limit=MAX_ANSWER_BYTES,
            )

    def _end(self) -> None:
        if self._films is not None:
            self._films.close()
            self._films = None
        if self._process is not None:
            # Kills it, and closes its pipes, which Process.kill() leaves open: wait() would never return for a process
            # that has written more than is read, or whose children hold a pipe.
            self._process._transport.close()  # type: ignore[attr-defined]
            self._ending, self._process = self._process, None

    async def _ended(self) -> None:
        if self._ending is not None:
            await self._ending.wait()
            self._ending = None


def _parsed(line: bytes) -> tuple[str, Any]:
    try:
        answer = json.loads(line, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("the answer is nested too deep") from error
    if not isinstance(answer, dict) or len(answer) != 1:
        raise ValueError("the answer is not an object of one field")
    ((kind, content),) = answer.items()
    if kind == "result":
        return kind, content
    if kind not in _REASONS or not isinstance(content, str):
        raise ValueError("the answer has neither a result nor a reason")
    return kind, content[:_MAX_REASON]


def _no_number(name: str) -> NoReturn:
    """Refuses NaN and infinities: JSON has none, but Python's parser takes them."""
    raise ValueError(f"{name} is not a number in JSON")
