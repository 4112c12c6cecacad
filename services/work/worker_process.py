"""The server's side of the worker process: started for a job, ended when it rests, replaced when it breaks."""

import asyncio
import json
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from services.errors import FilmUnreadable, StorageError, WorkerFailed

WORKER = "services.media.worker.main"  # the program
REST_S = 20.0  # without a job for this long, it ends: a server at rest is one process
MAX_ANSWER_BYTES = 2**20  # the details of a film with all the tracks and chapters that are told take half of it
_MAX_REASON = 500  # characters of it, which go to the log
_REASONS = {"unreadable", "unavailable", "failed"}  # why there is no result
_ROOT = Path(__file__).resolve().parents[2]  # from which the worker imports our modules
# What the worker needs of the server's environment, which may hold the keys of clouds. A pattern would not do:
# PYTHONANYWHERE_API_TOKEN is a secret.
_NEEDED = (
    "PATH",  # wrappers of Python, as Nix and Conda have them
    "LD_LIBRARY_PATH",  # libraries of a Python, or an FFmpeg, that is not the system's
    "DYLD_LIBRARY_PATH",
    "HOME",  # packages that a user has installed for himself
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONUSERBASE",
    "PYTHONNOUSERSITE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "LANG",  # names of files are to be encoded as in the server
    "LC_ALL",
    "LC_CTYPE",
    "PYTHONUTF8",
    "PYTHONCOERCECLOCALE",
)


def can_look_into_films() -> bool:
    """Whether what the worker needs is installed (``pip install '.[media]'``)."""
    return find_spec("av") is not None


@dataclass(frozen=True, slots=True)
class JobFilm:
    """A film for a job: its ``version`` at ``url``, which is this server's; or where there is no URL, what the
    ``descriptor`` has. By the end of its ``name`` FFmpeg guesses what the content does not tell."""

    name: str
    url: str = ""
    version: str = ""
    descriptor: int = -1


class Worker:
    """Does one job at a time, in the order in which they came. ``module`` is the program, ``environment`` the server's,
    of which it gets no more than it needs."""

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
        self._films: socket.socket | None = None  # over which it gets descriptors
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
        """What the job returns: anything that JSON can say. ``timeout_s`` counts from its turn on.

        Raises FilmUnreadable; StorageError where the film's bytes cannot be read; or WorkerFailed. A job that does not
        end in time takes its process with it, and so does one whose caller is cancelled, or whose result ``accept``
        refuses by a ValueError: a film may have taken the process over. The next job has a new one.
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
        """Ends the process, and the job that it does."""
        if self._rest is not None:
            self._rest.cancel()
        self._end()
        await self._ended()

    async def _answer(self, job: str, film: JobFilm | None, arguments: dict[str, object]) -> tuple[str, Any]:
        """Its kind, and what it says. Raises ValueError where it is none."""
        process = await self._running()
        assert process.stdin and process.stdout and self._films
        request: dict[str, object] = {"job": job, "arguments": arguments}
        if film is not None:
            request["film"] = {"name": film.name, "url": film.url, "version": film.version}
            if not film.url:
                socket.send_fds(self._films, [b"\0"], [film.descriptor])
        process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()  # ValueError where it is longer than MAX_ANSWER_BYTES
        if not line:
            raise EOFError("the worker ended")
        return _parsed(line)

    async def _running(self) -> Process:
        if self._process is not None and self._process.returncode is not None:
            self._end()
        if self._process is None:
            await self._ended()  # a disk that hangs holds even who is killed: it must not hold one more, and one more
            self._process = await self._started()
        return self._process

    async def _started(self) -> Process:
        """With nothing of ours but what is named here, and standard error."""
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
            with suppress(ProcessLookupError):
                self._process.kill()
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
        raise ValueError("this is no answer")
    ((kind, content),) = answer.items()
    if kind == "result":
        return kind, content
    if kind not in _REASONS or not isinstance(content, str):
        raise ValueError("this is no answer")
    return kind, content[:_MAX_REASON]


def _no_number(name: str) -> NoReturn:
    """For NaN and infinities, which JSON does not have, and Python's parser takes."""
    raise ValueError(f"{name} is no number")
