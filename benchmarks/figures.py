"""The numbers that the tables and the plot show, computed from what was measured."""

import math
from collections.abc import Callable, Iterable
from statistics import median

from benchmarks.effort import GB
from benchmarks.load import Cost
from benchmarks.paced import Watched


def s_per_gb(rounds: Iterable[dict[str, Cost]], load: str) -> float | None:
    """Seconds of CPU for each 10⁹ bytes of content: the median of the rounds."""
    return _median(rounds, load, lambda cost: cost.cpu_s / cost.content_bytes * GB)


def us_per_request(rounds: Iterable[dict[str, Cost]], load: str) -> float | None:
    """Microseconds of CPU for each request: the median of the rounds."""
    return _median(rounds, load, lambda cost: cost.cpu_s / cost.requests * 1e6)


def core_share(watched: Watched) -> float:
    """The share of one core that the server was busy; 1 is the whole core."""
    return watched.cpu_s / watched.elapsed_s


def percentile(values: list[float], share: float) -> float:
    """The smallest value such that at least this share of all values is not above it (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _median(rounds: Iterable[dict[str, Cost]], load: str, figure: Callable[[Cost], float]) -> float | None:
    values = [figure(costs[load]) for costs in rounds if load in costs]
    return median(values) if values else None
