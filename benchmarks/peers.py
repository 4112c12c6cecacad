"""The servers that are measured: what each is called, which version is here, and how it is started."""

import getpass
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.films import FILM
from benchmarks.process import START_TIMEOUT_S, NotStarted, ServerProcess, free_port, running

ROOT = Path(__file__).resolve().parent.parent
FLOOR = "empty Tornado handler"
OURS = "this server"
_SERVERS = Path(__file__).parent / "servers"
_DAEMONS_PATH = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin"  # where nginx is in Debian


class NotInstalled(Exception):
    """Its message says what is missing, and how to get it."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One line of the tables.

    ``version`` says what is installed, or raises NotInstalled. ``command`` takes the port, the folder of films and a
    folder for the server's own files. ``only`` names the one measurement that the server is for; without it, all.
    """

    name: str
    version: Callable[[], str]
    command: Callable[[int, Path, Path], list[str]]
    prefix: str = "/"
    only: str = ""

    def path(self, film: str = FILM) -> str:
        return self.prefix + film

    @contextmanager
    def serving(self, folder: Path) -> Iterator[ServerProcess]:
        port = free_port()
        with _scratch(folder) as scratch, running(self.command(port, folder, scratch), port, ROOT) as server:
            if self.name.startswith(OURS):
                _await_films(port, self.path())
            yield server


def _await_films(port: int, path: str) -> None:
    """Returns when a film is there: our server listens before it has listed them, and answers 503 until then."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        with closing(HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT_S)) as connection:
            connection.request("HEAD", path)
            if connection.getresponse().status != HTTPStatus.SERVICE_UNAVAILABLE:
                return
        time.sleep(0.02)
    raise NotStarted(f"{path} is not there after {START_TIMEOUT_S:g} s")


def _our_version() -> str:
    """The commit and the version of Python, which matters more."""
    commit = _output("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=7")
    return ", ".join(filter(None, [commit, _python("tornado")]))


def _our_option_version() -> str:
    if "--zero-copy" not in _output(sys.executable, str(ROOT / "server.py"), "--help"):
        raise NotInstalled("server.py has no option --zero-copy yet")
    return _our_version()


def _our_command(port: int, folder: Path, _scratch: Path) -> list[str]:
    return [sys.executable, str(ROOT / "server.py"), "--port", str(port), "--assets", str(folder)]


def _our_chunk_loop_command(port: int, folder: Path, scratch: Path) -> list[str]:
    return [*_our_command(port, folder, scratch), "--zero-copy", "no"]


def _nginx_version() -> str:
    return _program_version("nginx", "-v")


def _nginx_command(port: int, folder: Path, scratch: Path, files: str = "sendfile on;") -> list[str]:
    """One worker. It keeps connections beyond 1,000 requests and 60 s: closing them would be measured as its cost."""
    configuration = scratch / "nginx.conf"
    configuration.write_text(f"""
        daemon off;
        worker_processes 1;
        worker_rlimit_nofile 20000;
        user {getpass.getuser()};
        pid {scratch}/nginx.pid;
        error_log stderr crit;
        events {{ worker_connections 16384; }}
        http {{
            {files}
            tcp_nopush on;
            access_log off;
            keepalive_requests 1000000;
            send_timeout 1h;
            client_body_temp_path {scratch}/body;
            proxy_temp_path {scratch}/proxy;
            fastcgi_temp_path {scratch}/fastcgi;
            uwsgi_temp_path {scratch}/uwsgi;
            scgi_temp_path {scratch}/scgi;
            server {{ listen 127.0.0.1:{port}; root {folder}; }}
        }}
    """)
    return [_program("nginx"), "-e", "stderr", "-p", str(scratch), "-c", str(configuration)]


def _nginx_threads_command(port: int, folder: Path, scratch: Path) -> list[str]:
    return _nginx_command(port, folder, scratch, "sendfile on; aio threads;")


def _caddy_version() -> str:
    return _program_version("caddy", "version")


def _caddy_command(port: int, folder: Path, scratch: Path) -> list[str]:
    """Its own files go to ``scratch``, not to the user's home."""
    environment = [f"{name}={scratch}" for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")]
    return [
        "env",
        *environment,
        _program("caddy"),
        "file-server",
        "--listen",
        f"127.0.0.1:{port}",
        "--root",
        str(folder),
    ]


def _express_version() -> str:
    manifest = Path(__file__).parent / "node_modules" / "express" / "package.json"
    if not manifest.exists():
        raise NotInstalled("npm install in benchmarks/")
    found = re.search(r'"version": *"([^"]+)"', manifest.read_text("utf-8"))
    return f"{found[1] if found else '?'}, Node.js {_program_version('node', '--version')}"


def _express_command(port: int, folder: Path, _scratch: Path) -> list[str]:
    return [_program("node"), str(_SERVERS / "express.js"), str(port), str(folder)]


def _python_peer(name: str, module: str, *distributions: str, only: str = "") -> Peer:
    def command(port: int, folder: Path, _scratch: Path) -> list[str]:
        return [sys.executable, str(_SERVERS / f"{module}.py"), str(port), str(folder)]

    return Peer(name, lambda: _python(*distributions), command, only=only)


def _python(*distributions: str) -> str:
    try:
        versions = [f"{name} {importlib.metadata.version(name)}" for name in distributions]
    except importlib.metadata.PackageNotFoundError as error:
        raise NotInstalled(f"pip install {error.name} (it is in the extra bench)") from error
    return ", ".join([*versions, f"Python {sys.version.split()[0]}"])


def _program(name: str) -> str:
    found = shutil.which(name, path=_DAEMONS_PATH)
    if not found:
        raise NotInstalled(f"the program {name} is not here (Debian: apt-get install {name.replace('node', 'nodejs')})")
    return found


def _program_version(name: str, option: str) -> str:
    found = re.search(r"\d+(\.\d+)+", _output(_program(name), option))
    return found[0] if found else "?"


def _output(*command: str) -> str:
    """What the command prints to stdout or stderr; nothing if it fails or cannot be run."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=15, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout.strip()


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for the files that a server writes, beside the folder of films."""
    scratch = folder.with_name(f"{folder.name}-scratch")
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


PEERS = (
    Peer(OURS, _our_version, _our_command, prefix="/videos/"),
    Peer(f"{OURS}, chunk loop", _our_option_version, _our_chunk_loop_command, prefix="/videos/"),
    Peer("nginx", _nginx_version, _nginx_command),
    Peer("nginx, aio threads", _nginx_version, _nginx_threads_command, only="cold"),
    Peer("Caddy", _caddy_version, _caddy_command),
    _python_peer("aiohttp", "aiohttp_fileresponse", "aiohttp"),
    _python_peer("Tornado StaticFileHandler", "tornado_staticfilehandler", "tornado"),
    Peer("Express, the seed's way", _express_version, _express_command),
    _python_peer("Starlette", "starlette_fileresponse", "starlette", "uvicorn", "uvloop", "httptools"),
    _python_peer(FLOOR, "tornado_empty", "tornado", only="cpu"),
)
