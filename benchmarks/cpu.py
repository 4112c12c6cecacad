"""The CPU time of a server: seconds for each GB, microseconds for each request."""

from pathlib import Path

from benchmarks.client import Connection
from benchmarks.effort import MIB, Effort
from benchmarks.load import Cost, Load, cost
from benchmarks.peers import FLOOR, Peer

WHOLE, LARGE, MIDDLE, SMALL = "whole file", "8 MiB ranges", "1 MiB ranges", "64 KiB ranges"
RANGE_BYTES = {WHOLE: 0, LARGE: 8 * MIB, MIDDLE: MIB, SMALL: 64 * 1024}


def measure(peer: Peer, folder: Path, effort: Effort) -> dict[str, Cost]:
    """What each load costs this server. The empty server has only one load: requests for nothing."""
    with peer.serving(folder) as server:
        if peer.name == FLOOR:
            return {SMALL: cost(Load("/", 0, 0, effort.load_s), server.port, server.cpu_s)}
        with Connection(server.port) as connection:
            connection.fetch(peer.path(), (0, MIB - 1))  # some servers read all of a film before its first byte
        return {
            name: cost(Load(peer.path(), effort.film_bytes, range_bytes, effort.load_s), server.port, server.cpu_s)
            for name, range_bytes in RANGE_BYTES.items()
        }
