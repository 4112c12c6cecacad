"""python -m benchmarks.bucket: what viewers of a bucket cost, which is read over TLS.

It measures viewers who stall, viewers who watch, and one who takes all that comes.

The store is nginx, which serves a listing and a film as S3 does. Needs nginx and openssl, and a gibibyte on the disk of
TMPDIR. CPU is compared with that of the same film in a folder, read and written in chunks: on a busy machine both are
slow by the same factor.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.bursts import BURST_BYTES, watching
from benchmarks.client import Connection
from benchmarks.effort import GB, KIB, MIB
from benchmarks.process import ServerProcess, free_port, running
from benchmarks.stalled import CROWD_RECEIVE_BUFFER_BYTES

ROOT = Path(__file__).resolve().parent.parent
FILM_BYTES = 1024 * MIB
FIRST_VIEWERS, VIEWERS = 50, 250  # the difference is what one more costs
TAKEN_BYTES = 300 * KIB  # before a viewer stalls
PARKED_AFTER_S = 26.0
WATCHING_VIEWERS = 400
WATCHED_S = 40
CPU_BYTES = 256 * MIB
ROUNDS = 3
_SITE = """
daemon off; worker_processes 2; pid {folder}/nginx.pid;
error_log {folder}/nginx.log; events {{ worker_connections 4096; }}
http {{
    access_log off; keepalive_requests 100000; default_type video/mp4; send_timeout 600;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.3;
        ssl_certificate {folder}/store.pem; ssl_certificate_key {folder}/store.key;
        root {folder};
        location = /films {{ rewrite ^ /listing.xml break; }}
    }}
}}
"""
_CERTIFICATES = """
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=benchmark
openssl req -newkey rsa:2048 -nodes -keyout store.key -out store.csr -subj /CN=127.0.0.1
printf 'subjectAltName=IP:127.0.0.1\\nbasicConstraints=CA:FALSE\\n' > store.ext
openssl x509 -req -in store.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile store.ext -out store.pem
"""


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that started processes are ended
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        folder = Path(name)
        (folder / "films").mkdir()
        with (folder / "films/film.mp4").open("wb") as film:
            for _ in range(FILM_BYTES // MIB):
                film.write(os.urandom(MIB))
        with store(folder) as store_port:
            _print_stalled(store_port)
            _print_watching(store_port)
            _print_cpu(folder)


def _print_stalled(store_port: int) -> None:
    print(f"| viewers of {FILM_BYTES // MIB} MiB | process | to viewers | from the store | all |")
    print("| --- | --: | --: | --: | --: |")
    with _server("s3://films") as server, ExitStack() as stack:
        _warm_up(server)
        none = _memory(server, store_port)
        _stall(server, FIRST_VIEWERS, stack)
        first = _memory(server, store_port)
        _print_row(f"{FIRST_VIEWERS} stalled, MiB", none, first, MIB)
        _stall(server, VIEWERS - FIRST_VIEWERS, stack)
        each = (VIEWERS - FIRST_VIEWERS) * KIB
        _print_row("one more stalled, KiB", first, _memory(server, store_port), each)
        time.sleep(PARKED_AFTER_S)
        parked = _memory(server, store_port)
        _print_row(f"{VIEWERS} parked, MiB", none, parked, MIB)
        _stall(server, VIEWERS, stack)
        time.sleep(PARKED_AFTER_S)
        _print_row("one more parked, KiB", parked, _memory(server, store_port), VIEWERS * KIB)


def _print_watching(store_port: int) -> None:
    print("\n| viewers | MB/s | cores | process, MiB | to viewers | from the store | all | burst, ms: median | 99 % |")
    print("| --: " * 9 + "|")
    with _server("s3://films") as server:
        _warm_up(server)
        with watching(server.port, "/videos/film.mp4", FILM_BYTES, WATCHING_VIEWERS) as viewers:
            time.sleep(WATCHED_S / 2)  # until all have begun
            viewers.bursts_s()
            cpu_s, begun_s = server.cpu_s(), time.monotonic()
            memory: tuple[int, ...] = (0, 0, 0)
            while time.monotonic() < begun_s + WATCHED_S:
                memory = max(memory, _memory(server, store_port), key=sum)
            cores = (server.cpu_s() - cpu_s) / (time.monotonic() - begun_s)
            bursts_s = sorted(viewers.bursts_s())
    rate = len(bursts_s) * BURST_BYTES / WATCHED_S / 1e6
    middle, late = (1000 * bursts_s[int(share * len(bursts_s))] for share in (0.5, 0.99))
    held = " | ".join(f"{figure / MIB:.0f}" for figure in (*memory, sum(memory)))
    print(f"| {WATCHING_VIEWERS} | {rate:.0f} | {cores:.2f} | {held} | {middle:.0f} | {late:.0f} |", flush=True)


def _warm_up(server: ServerProcess) -> None:
    """Waits until the server has what only the first viewer costs, and the worker has looked into the film."""
    with Connection(server.port) as viewer:
        viewer.fetch("/videos/film.mp4", (2 * MIB, 3 * MIB))
    while server.processes() > 1:
        time.sleep(1)


def _print_row(name: str, before: tuple[int, ...], after: tuple[int, ...], unit: int) -> None:
    more = [(now - then) / unit for then, now in zip(before, after, strict=True)]
    print(f"| {name} | " + " | ".join(f"{figure:.0f}" for figure in (*more, sum(more))) + " |", flush=True)


def _memory(server: ServerProcess, store_port: int) -> tuple[int, int, int]:
    """Bytes of the process, and of the kernel's queues to viewers and from the store."""
    time.sleep(1)
    return (
        server.memory_bytes(),
        _queue_bytes(f"sport = :{server.port}", "w"),
        _queue_bytes(f"dport = :{store_port}", "r"),
    )


def _queue_bytes(connections: str, kind: str) -> int:
    """ss(8): the r and w of skmem, which count whole buffers, as the limit of a container does."""
    command = ["ss", "--tcp", "--memory", "--numeric", "--no-header", "state", "established", f"( {connections} )"]
    listing = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=30).stdout
    return sum(int(queue) for queue in re.findall(rf"skmem:\(.*?\b{kind}(\d+)", listing))


def _stall(server: ServerProcess, count: int, stack: ExitStack) -> None:
    for number in range(count):
        viewer = stack.enter_context(Connection(server.port, "127.0.0.1", 60.0, CROWD_RECEIVE_BUFFER_BYTES))
        viewer.ask("/videos/film.mp4", (2 * MIB + number * MIB, FILM_BYTES - 1))
        viewer.drop(TAKEN_BYTES)


def _print_cpu(folder: Path) -> None:
    print("\n| film | CPU, s/GB |\n| --- | --: |")
    with _server("s3://films") as bucket, _server(str(folder / "films"), "--zero-copy", "no") as local:
        servers = {"in a bucket": bucket, "in a folder, by chunks": local}
        for server in servers.values():
            _warm_up(server)
        rounds: dict[str, list[float]] = {name: [] for name in servers}
        for number in range(ROUNDS):
            for name, server in servers.items():
                before_s = server.cpu_s()
                with Connection(server.port) as viewer:
                    first = (number + 1) * 2 * MIB
                    viewer.fetch("/videos/film.mp4", (first, first + CPU_BYTES - 1))
                rounds[name].append((server.cpu_s() - before_s) / CPU_BYTES * GB)
        for name, figures in rounds.items():
            print(f"| {name} | {sorted(figures)[ROUNDS // 2]:.2f} |", flush=True)


@contextmanager
def _server(*arguments: str) -> Iterator[ServerProcess]:
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as cache,
        running(
            [sys.executable, str(ROOT / "server.py"), "--port", str(port), "--cache", cache, "--assets", *arguments],
            port,
            ROOT,
        ) as server,
    ):
        yield server


@contextmanager
def store(folder: Path) -> Iterator[int]:
    """Starts a store whose bucket "films" is the folder of that name in ``folder``, and yields its port. Servers that
    are started meanwhile have its keys."""
    port = free_port()
    subprocess.run(["sh", "-ec", _CERTIFICATES], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    folder.chmod(0o755)  # nginx's worker is another user
    objects = "".join(map(_listed, sorted((folder / "films").iterdir())))
    (folder / "listing.xml").write_text(
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>'
        f"{objects}</ListBucketResult>"
    )
    (folder / "nginx.conf").write_text(_SITE.format(folder=folder, port=port))
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or sys.exit("nginx is not here")
    os.environ |= {
        "AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}",
        "AWS_CA_BUNDLE": f"{folder}/ca.pem",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    with running([nginx, "-c", f"{folder}/nginx.conf", "-p", str(folder)], port, folder):
        yield port


def _listed(film: Path) -> str:
    status = film.stat()
    tag = escape(f'"{int(status.st_mtime):x}-{status.st_size:x}"')  # as nginx makes it
    return (
        f"<Contents><Key>{escape(film.name)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        f"<ETag>{tag}</ETag><Size>{status.st_size}</Size></Contents>"
    )


if __name__ == "__main__":
    main()
