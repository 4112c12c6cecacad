"""python -m benchmarks.locked: what a lock costs: processor time of a request for 64 KiB of a film.

An open and a locked server answer the same ranges in turn, since the machine may have other things to do. The locked
one is shown what viewers show: the cookie of a session, a ticket, and the link of a share.
"""

import signal
import sys
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import time

from benchmarks.effort import KIB, MIB
from benchmarks.films import FILM, film_folder
from benchmarks.process import ServerProcess, free_port, running
from services.access.access import Access
from services.access.grants import Scope
from services.access.sessions import Session, cookie_value
from services.access.shares import Form, Subject, Terms, link
from services.access.signing import Signer, derived_key
from services.access.tickets import ticket

ROOT = Path(__file__).resolve().parent.parent
FILM_BYTES = 32 * MIB
RANGE_BYTES = 64 * KIB
ROUNDS = 7
PASSWORD = "a password of the benchmark"


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    with film_folder(FILM_BYTES) as folder, ExitStack() as stack:
        password = folder.parent / "password"
        password.write_text(PASSWORD)
        open_, locked = (
            _server(stack, folder, *options) for options in ((), ("--password-file", str(password), "--shares", "none"))
        )
        ways = {"open": (open_, "", ""), **{name: (locked, *shown) for name, shown in _shown().items()}}
        rounds = [[_cpu_us(*way) for way in ways.values()] for _ in range(ROUNDS)]
    print("| | us a request | by the open server in the same round |")
    print("| --- | --: | --: |")
    for number, name in enumerate(ways):
        ratio = median(each[number] / each[0] for each in rounds)
        print(f"| {name} | {median(each[number] for each in rounds):.0f} | {ratio:.2f} |")


def _shown() -> dict[str, tuple[str, str]]:
    """What comes before the path, and the cookie."""
    signer, now_s = Signer(derived_key(PASSWORD)), time()
    end_s = int(now_s) + 86_400
    session = cookie_value(signer, Session.begun(now_s, stays=True))
    return {
        "session": ("", f"{Access(signer=signer).cookie_name}={session}"),
        "ticket": (f"/t/{ticket(signer, Scope(FILM), end_s)}", ""),
        "share": (f"/s/{link(signer, Subject(Form.FILM, FILM), Terms(ends_s=end_s))}", ""),
    }


def _server(stack: ExitStack, folder: Path, *options: str) -> ServerProcess:
    port = free_port()
    command = [sys.executable, str(ROOT / "server.py"), "--assets", str(folder), "--port", str(port), *options]
    return stack.enter_context(running([*command, "--cache", str(folder.parent / f"cache-{port}")], port, ROOT))


def _cpu_us(server: ServerProcess, prefix: str, cookie: str) -> float:
    """Asks for the whole film, range by range, over one connection."""
    connection = HTTPConnection("127.0.0.1", server.port)
    fields = {"Cookie": cookie} if cookie else {}
    before_s = server.cpu_s()
    for first in range(0, FILM_BYTES, RANGE_BYTES):
        span = {"Range": f"bytes={first}-{first + RANGE_BYTES - 1}"}
        connection.request("GET", f"{prefix}/videos/{FILM}", headers=fields | span)
        answer = connection.getresponse()
        if answer.status != 206 or len(answer.read()) != RANGE_BYTES:
            raise SystemExit(f"{answer.status} for a range")
    connection.close()
    return (server.cpu_s() - before_s) * RANGE_BYTES / FILM_BYTES * 1e6


if __name__ == "__main__":
    main()
