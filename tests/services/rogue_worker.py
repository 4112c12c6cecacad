"""A worker whose jobs do what hostile films make decoders do."""

import os
import resource
import signal
import sys
import time

from services.errors import FilmUnreadable
from services.media.worker.main import main


def echo(**arguments):
    return arguments


def process():
    """The process's own view, to be compared with that from outside."""
    return {"id": os.getpid(), "niceness": os.getpriority(os.PRIO_PROCESS, 0)}


def unreadable():
    raise FilmUnreadable("not a film")


def broken():
    raise RuntimeError("an accident")


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def hang():
    time.sleep(600)


def extract_subtitles(film, **_):
    hang()


def convert_subtitles(**_):
    hang()


def sheet(film, **_):
    hang()


def index_film(film, **_):
    crash()


def head_film(film, **_):
    crash()


def bomb():
    """Takes as much memory as it gets, and returns how many MiB those were."""
    taken = []
    try:
        while True:
            taken.append(bytes(2**20))  # which is not touched, so that it costs nothing
    except MemoryError:
        return len(taken)


def flood():
    return "x" * 2**24


def answer_and_flood():
    os.write(3, b'{"result": "an answer"}\n')
    while True:
        os.write(3, b"x" * 2**16)


def chatter():
    print("not an answer", flush=True)
    os.write(1, b"nor this\n")
    return "an answer"


def nonsense():
    os.write(3, b"no JSON\n")


def say(line):
    """Answers with this line."""
    os.write(3, line.encode("utf-8", "surrogatepass") + b"\n")


def content(film):
    return film.read().decode("ascii")


def head_and_tail(film):
    film.seek(-4, os.SEEK_END)
    tail = film.read(10)
    film.seek(0)
    return [film.read(4).decode("ascii"), tail.decode("ascii")]


def core_limit():
    return resource.getrlimit(resource.RLIMIT_CORE)


def imports():
    return sorted(sys.modules)


if __name__ == "__main__":
    main({name: __spec__.name for name in list(globals()) if not name.startswith("_")})
