"""python -m benchmarks.tls: what TLS costs: processor time a GB, and memory of connections.

Beside it are the same server without TLS, by zero copy and by chunks, as films go with TLS. Needs openssl. Rounds of
the three take turns, since the machine may have other things to do.
"""

import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from time import sleep

from benchmarks.effort import GB, KIB, MIB
from benchmarks.films import FILM, film_folder
from benchmarks.process import ServerProcess, free_port, running

ROOT = Path(__file__).resolve().parent.parent
FILM_BYTES = 256 * MIB
RANGES = {"ranges of 1 MiB": MIB, "ranges of 8 MiB": 8 * MIB}
ROUNDS = 5
FIRST, ALL = 100, 600  # connections; the difference is what one more costs
_HALVES = {  # of a handshake: the first bytes of a short hello, and most of the longest
    "handshake": b"\x16\x03\x01\x02\x00\x01\x00",
    "long handshake": b"\x16\x03\x01\x3f\xff\x01\x00\x3f\xfb\x03\x03" + bytes(16_000),
}
_CERTIFICATE = (
    "openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=bench -keyout key.pem -out cert.pem"
)
_TRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_TRUSTING.check_hostname, _TRUSTING.verify_mode = False, ssl.CERT_NONE
_TLS = ("--certificate", "cert.pem", "--key", "key.pem")
_WAYS: dict[str, tuple[str, ...]] = {"zero copy": (), "chunks": ("--zero-copy", "no"), "TLS": _TLS}

_Begin = Callable[[str, ServerProcess], socket.socket]  # connects in the way


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    with film_folder(FILM_BYTES) as folder, ExitStack() as stack:
        subprocess.run(_CERTIFICATE.split(), cwd=folder.parent, check=True, capture_output=True)
        servers = {way: _server(stack, folder, way) for way in _WAYS}
        print(f"| | {' | '.join(servers)} |")
        print("| --- | --: | --: | --: |")
        for words, span in RANGES.items():
            _print(f"s of processor time a GB, {words}", _cpu_s(servers, span))
        kinds: dict[str, _Begin] = {"silent connection": _silent, "viewer who stalls": _stalled}
        kinds |= {f"half {words}": partial(_half, begun) for words, begun in _HALVES.items()}
        for words, begin in kinds.items():
            _print(f"KiB of a {words}", [_each_kib(way, folder, begin) for way in _WAYS])


def _server(stack: ExitStack, folder: Path, way: str) -> ServerProcess:
    port = free_port()
    command = [sys.executable, str(ROOT / "server.py"), "--assets", str(folder), "--port", str(port), *_WAYS[way]]
    return stack.enter_context(
        running([*command, "--cache", str(folder.parent / f"cache-{port}")], port, folder.parent)
    )


def _print(words: str, figures: list[float]) -> None:
    print(f"| {words} | {' | '.join(f'{figure:.2f}' for figure in figures)} |", flush=True)


def _cpu_s(servers: dict[str, ServerProcess], span: int) -> list[float]:
    rounds = []
    with ExitStack() as stack:
        connections = [stack.enter_context(_connected(way, server)) for way, server in servers.items()]
        for _ in range(ROUNDS):
            measured = []
            for connection, server in zip(connections, servers.values(), strict=True):
                before_s = server.cpu_s()
                for first in range(0, FILM_BYTES, span):
                    _fetch(connection, first, span)
                measured.append((server.cpu_s() - before_s) * GB / FILM_BYTES)
            rounds.append(measured)
    return [median(each) for each in zip(*rounds, strict=True)]


def _each_kib(way: str, folder: Path, begin: _Begin) -> float:
    with ExitStack() as stack:
        server = _server(stack, folder, way)  # a new one, with no memory that others have left
        sleep(4.0)  # until a worker has looked into the film
        memory = []
        for number in range(ALL):
            if number == FIRST:
                memory.append(_settled(server))
            stack.enter_context(begin(way, server))
        memory.append(_settled(server))
        return (memory[1] - memory[0]) / (ALL - FIRST) / KIB


def _settled(server: ServerProcess) -> int:
    sleep(1.0)
    return server.memory_bytes()


def _connected(way: str, server: ServerProcess, receive_buffer_bytes: int = 0) -> socket.socket:
    connection = socket.socket()
    if receive_buffer_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
    connection.connect(("127.0.0.1", server.port))
    if way != "TLS":
        return connection
    return _TRUSTING.wrap_socket(connection)


def _stalled(way: str, server: ServerProcess) -> socket.socket:
    connection = _connected(way, server, 32 * KIB)
    connection.sendall(f"GET /videos/{FILM} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    connection.recv(1)
    return connection


def _silent(way: str, server: ServerProcess) -> socket.socket:
    connection = _connected(way, server)
    connection.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    connection.recv(4096)
    return connection


def _half(begun: bytes, way: str, server: ServerProcess) -> socket.socket:
    """With TLS half a handshake, else as much of a request."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(begun if way == "TLS" else b"GET /".ljust(len(begun), b"x"))
    return connection


def _fetch(connection: socket.socket, first: int, span: int) -> None:
    head = f"GET /videos/{FILM} HTTP/1.1\r\nHost: localhost\r\nRange: bytes={first}-{first + span - 1}\r\n\r\n"
    connection.sendall(head.encode())
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(4096)
    left = span - len(received.partition(b"\r\n\r\n")[2])
    buffer = bytearray(256 * KIB)
    while left:
        left -= connection.recv_into(buffer, min(left, len(buffer)))


if __name__ == "__main__":
    main()
