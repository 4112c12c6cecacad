"""The worker: a process of its own that looks into films, so that what is wrong with one harms no viewer.

``python -m services.media.worker.main N`` takes a job a line as JSON, ``{"job": name, "arguments": {…}}``, and answers
each with a line: ``{"result": …}``, or why there is none: ``{"unreadable": why}`` is the film's fault,
``{"unavailable": why}`` that its bytes cannot be read, and ``{"failed": why}`` anything else. It ends with its
standard input.

A job over a film has ``"film"``, too: a name, and a URL and version at this server. Where the URL is empty the server
has opened the film, and sends its descriptor over the socket whose number is N. So no job opens a film by its path.

Tested by tests/services/work/test_worker_process.py.
"""

import ctypes
import io
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from importlib import import_module
from typing import Any, BinaryIO

from services.errors import FilmUnreadable, StorageError
from services.media.worker.shared_film import SharedFilm

MEMORY_BYTES = 384 * 2**20  # of its own, libraries aside
FILE_BYTES = 64 * 2**20  # the longest that it may write
MAX_REASON = 500  # characters

# The module of each job, whose function has the job's name. Each is imported when it is first asked for.
JOBS: Mapping[str, str] = {
    "convert_subtitles": "services.media.worker.subtitle_jobs",
    "extract_subtitles": "services.media.worker.subtitle_jobs",
    "poster": "services.media.worker.picture_jobs",
    "probe": "services.media.worker.probe",
    "sheet": "services.media.worker.picture_jobs",
}

_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}  # the number of ioprio_set(2), which the C library does not wrap
_IOPRIO_OF_A_PROCESS = 1
_IOPRIO_IDLE = 3 << 13
_PR_SET_PDEATHSIG = 1


def main(jobs: Mapping[str, str] = JOBS) -> None:
    _give_way()
    answers = _answers_alone()
    for line in sys.stdin.buffer:
        try:
            answers.write(_line(_answer(jobs, json.loads(line))))
            answers.flush()
        except BrokenPipeError:  # the server ended before it could take us along
            os._exit(0)


def job_film(name: str, url: str, version: str) -> BinaryIO:
    """The film of a job, open: by its ``url``, or by the descriptor that the server sends. Raises StorageError."""
    if not url:
        return io.BufferedReader(SharedFilm(_descriptor(), name))
    from services.media.worker.remote_film import (  # not above: films on disks do without an HTTP client
        READ_BYTES,
        RemoteFilm,
    )

    try:
        return io.BufferedReader(RemoteFilm(url, version, name), READ_BYTES)
    except OSError as error:
        raise StorageError(str(error)) from error


def _answer(jobs: Mapping[str, str], request: dict[str, Any]) -> dict[str, Any]:
    try:
        with job_film(**request["film"]) if "film" in request else nullcontext() as film:
            job = getattr(import_module(jobs[request["job"]]), request["job"])
            films = [film] if film else []
            return {"result": job(*films, **request["arguments"])}
    except FilmUnreadable as error:
        return {"unreadable": str(error)[:MAX_REASON]}
    except StorageError as error:
        return {"unavailable": str(error)[:MAX_REASON]}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"[:MAX_REASON]}


def _descriptor() -> int:
    """Of the film that the server has opened for this job."""
    with socket.socket(fileno=os.dup(int(sys.argv[1]))) as films:
        _, (descriptor,), _, _ = socket.recv_fds(films, 1, 1)
    return descriptor


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _answers_alone() -> BinaryIO:
    """What was standard output, for the answers alone: whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _give_way() -> None:
    """Bounds what a film can take, and puts the server and its viewers first."""
    _limit(resource.RLIMIT_DATA, MEMORY_BYTES)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the server too, which ends us
    os.nice(10)
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # the end of standard input is seen only between jobs
        if (number := _IOPRIO_SET.get(os.uname().machine)) is not None:
            system.syscall(number, _IOPRIO_OF_A_PROCESS, 0, _IOPRIO_IDLE)
        with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
            score.write("1000")  # where memory runs out, the kernel ends this process and not the server


def _limit(kind: int, most: int) -> None:
    """To this, or to what whoever started us has set, which only it may raise."""
    _, hard = resource.getrlimit(kind)
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (least, least))


if __name__ == "__main__":
    main()
