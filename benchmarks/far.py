"""python -m benchmarks.far: the speed of a fast viewer far away, for several lengths of the kernel's queue.

Server and viewer are in two network namespaces. This process carries the packets between them, and holds each one for
half of the round trip. Needs root, /dev/net/tun and the program ip.
"""

import asyncio
import fcntl
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.effort import MIB

ROOT = Path(__file__).resolve().parent.parent
SERVER_HOST, VIEWER_HOST, PORT = "10.99.0.1", "10.99.0.2", 8000
FILM_BYTES = 96 * MIB
MTU = 9000  # larger than the internet's, so that this process keeps up
ROUND_TRIPS_MS = (20, 80, 200)
ROUNDS = 3
QUEUES = {
    "16 KiB": "import server; server.queue_budget = lambda memory_bytes: 0; server.main()",
    "as it is": "import server; server.main()",
    "left alone": "import handlers.tcp_options as tcp; tcp._UNSENT_OPTION = None; import server; server.main()",
}
_TUNSETIFF, _TUN_WITHOUT_HEADER = 0x400454CA, 0x1001
_FETCH = f"""
import socket, time
viewer = socket.create_connection(("{SERVER_HOST}", {PORT}))
viewer.sendall(b"GET /videos/film.mp4 HTTP/1.1\\r\\nHost: far\\r\\nConnection: close\\r\\n\\r\\n")
begun, count, buffer = time.monotonic(), 0, bytearray(2**20)
while received := viewer.recv_into(buffer):
    count += received
print(count, time.monotonic() - begun)
"""


def main() -> None:
    print("| round trip | " + " | ".join(f"queue {name}, MB/s" for name in QUEUES) + " |")
    print("| --- |" + " --: |" * len(QUEUES))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "film.mp4").write_bytes(os.urandom(MIB) * (FILM_BYTES // MIB))
        for round_trip_ms in ROUND_TRIPS_MS:
            with _way(round_trip_ms / 1000):
                speeds = [_best_speed(program, folder) for program in QUEUES.values()]
            print(f"| {round_trip_ms} ms | " + " | ".join(f"{speed:.1f}" for speed in speeds) + " |", flush=True)


def _best_speed(program: str, folder: str) -> float:
    """MB/s of whole films, the best of some, since other work on this machine slows some of them."""
    arguments = ["--assets", folder, "--host", SERVER_HOST, "--port", str(PORT)]
    server = subprocess.Popen(
        ["ip", "netns", "exec", "far-server", sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert server.stdout
        server.stdout.readline()
        return max(_speed() for _ in range(ROUNDS))
    finally:
        server.terminate()
        server.wait()
        if server.stdout:
            server.stdout.close()


def _speed() -> float:
    viewer = ["ip", "netns", "exec", "far-viewer", sys.executable, "-c", _FETCH]
    count, elapsed_s = subprocess.run(viewer, stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    assert int(count) > FILM_BYTES
    return FILM_BYTES / float(elapsed_s) / 1e6


@contextmanager
def _way(round_trip_s: float) -> Iterator[None]:
    """Makes two namespaces with a device each, and carries packets between them in a process."""
    namespaces = {"far-server": SERVER_HOST, "far-viewer": VIEWER_HOST}
    try:
        one, other = devices = [_device(namespace, address) for namespace, address in namespaces.items()]
        carrier = os.fork()
        if carrier == 0:
            asyncio.run(_carry(one, other, round_trip_s / 2))
        yield
        os.kill(carrier, 9)
        os.waitpid(carrier, 0)
        for device in devices:
            os.close(device)
    finally:
        for namespace in namespaces:
            subprocess.run(["ip", "netns", "del", namespace], check=False)


def _device(namespace: str, address: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", namespace.encode(), _TUN_WITHOUT_HEADER))
    inside = ["ip", "-n", namespace]
    for command in (
        ["ip", "netns", "add", namespace],
        ["ip", "link", "set", namespace, "netns", namespace],
        [*inside, "address", "add", f"{address}/24", "dev", namespace],
        [*inside, "link", "set", namespace, "mtu", str(MTU), "txqueuelen", "20000", "up"],
    ):
        subprocess.run(command, check=True)
    return device


async def _carry(one: int, other: int, delay_s: float) -> None:
    loop = asyncio.get_running_loop()

    def carry(source: int, target: int) -> None:
        waiting: deque[tuple[float, bytes]] = deque()

        def receive() -> None:
            try:
                while True:
                    waiting.append((time.monotonic() + delay_s, os.read(source, MTU)))
                    if len(waiting) == 1:
                        loop.call_later(delay_s, deliver)
            except BlockingIOError:
                pass

        def deliver() -> None:
            while waiting and waiting[0][0] <= time.monotonic():
                os.write(target, waiting.popleft()[1])
            if waiting:
                loop.call_later(waiting[0][0] - time.monotonic(), deliver)

        loop.add_reader(source, receive)

    carry(one, other)
    carry(other, one)
    await asyncio.Event().wait()


if __name__ == "__main__":
    main()
