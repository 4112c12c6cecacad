"""The worker: a process of its own that looks into films, so that a broken or hostile film harms no viewer.

``python -m services.media.worker.main N`` reads one job a line as JSON, ``{"job": name, "arguments": {…}}``, and
answers each with a line: ``{"result": …}``, ``{"unreadable": why}`` (the film's fault), ``{"unavailable": why}`` (its
bytes cannot be read) or ``{"failed": why}`` (anything else). It ends with its standard input.

A job over a film also has ``"film"``: a name, a URL at this server, and a version. If the URL is empty, the server has
opened the film, and sends its descriptor over the socket whose number is N. So no job opens a film by its path.

The process has at most 384 MiB of memory, writes no file longer than 64 MiB, runs at niceness 10 with idle disk
priority, is the first that the kernel ends when memory runs out, and dies with the server.

Tested by tests/services/jobs/test_worker_process.py.
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

MEMORY_BYTES = 384 * 2**20  # beside libraries; decoding a key frame of 4K in 10 bits takes 230 MiB
FILE_BYTES = 64 * 2**20  # the longest file that it may write
MAX_REASON = 500  # characters

# The module of each job; the function in it has the job's name. Each is imported at its first job.
JOBS: Mapping[str, str] = {
    "convert_pictures": "services.media.worker.video_jobs",
    "convert_remuxed_pictures": "services.media.worker.remux_jobs",
    "convert_sound": "services.media.worker.sound_jobs",
    "convert_subtitles": "services.media.worker.subtitle_jobs",
    "convert_images": "services.media.worker.image_tracks",
    "copy_styled_subtitles": "services.media.worker.subtitle_jobs",
    "decompress_segment": "services.media.worker.decompress_jobs",
    "extract_images": "services.media.worker.image_tracks",
    "extract_subtitles": "services.media.worker.subtitle_jobs",
    "head_film": "services.media.worker.index_jobs",
    "index_film": "services.media.worker.index_jobs",
    "measure": "services.media.worker.measuring",
    "poster": "services.media.worker.picture_jobs",
    "prepare_sound": "services.media.worker.sound_jobs",
    "probe": "services.media.worker.probe",
    "remux_segment": "services.media.worker.remux_jobs",
    "read_nfo": "services.media.worker.nfo_jobs",
    "sheet": "services.media.worker.picture_jobs",
}

_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}  # the number of ioprio_set(2), which the C library does not wrap
_IOPRIO_OF_A_PROCESS = 1
_IOPRIO_IDLE = 3 << 13
_PR_SET_PDEATHSIG = 1


def main(jobs: Mapping[str, str] = JOBS) -> None:
    """Does jobs until standard input ends. ``jobs``: the module of each job."""
    _give_way()
    answers = _answers_alone()
    for line in sys.stdin.buffer:
        try:
            answers.write(_line(_answer(jobs, json.loads(line))))
            answers.flush()
        except BrokenPipeError:  # the server ended, and the signal of its death has not come yet
            os._exit(0)


def job_film(name: str, url: str, version: str) -> BinaryIO:
    """Opens the film of a job: by ``url``, or if that is empty by the descriptor that the server sends. ``version`` is
    the entity tag that the film must have. Raises StorageError."""
    if not url:
        return io.BufferedReader(SharedFilm(_descriptor(), name))
    from services.media.worker.remote_film import (  # here, since films on disks need no HTTP client
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
    """Receives the descriptor of the film that the server has opened for this job."""
    with socket.socket(fileno=os.dup(int(sys.argv[1]))) as films:
        _, (descriptor,), _, _ = socket.recv_fds(films, 1, 1)
    return descriptor


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _answers_alone() -> BinaryIO:
    """Standard output, kept for the answers alone: from now on, everything else that is printed goes to standard
    error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _give_way() -> None:
    """Limits what a film can make the process use, and lets the server and its viewers go first."""
    _limit(resource.RLIMIT_DATA, MEMORY_BYTES)
    _limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the server, too, which ends the worker
    os.nice(10)
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # the end of standard input is noticed only between jobs
        if (number := _IOPRIO_SET.get(os.uname().machine)) is not None:
            system.syscall(number, _IOPRIO_OF_A_PROCESS, 0, _IOPRIO_IDLE)
        with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
            score.write("1000")  # where memory runs out, the kernel ends this process and not the server


def _limit(kind: int, most: int) -> None:
    """Sets both limits to ``most``, or to the present hard limit where that is lower."""
    _, hard = resource.getrlimit(kind)
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (least, least))


if __name__ == "__main__":
    main()
