"""A run: all measurements of all servers, one after the other, and what could not be measured."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import cold, cpu, first_byte, paced, segments, slow_disk, stalled
from benchmarks.client import BadAnswer
from benchmarks.effort import Effort, NotMeasurable
from benchmarks.films import film_folder, warm
from benchmarks.load import LoadFailed
from benchmarks.peers import OURS, NotInstalled, Peer
from benchmarks.process import NotStarted

# What may go wrong at a server. It is then left out of the measurement, and the run goes on.
FAULTS = (BadAnswer, LoadFailed, NotStarted, NotMeasurable, OSError)


@dataclass(frozen=True, slots=True)
class Measurement:
    """``measure`` measures one server. ``require`` raises NotMeasurable if the machine lacks something."""

    name: str
    measure: Callable[[Peer, Path, Effort], object]
    require: Callable[[], None] = lambda: None
    rounds: Callable[[Effort], int] = lambda effort: 1
    of_ours_alone: bool = False

    def concerns(self, peer: Peer) -> bool:
        return peer.name == OURS if self.of_ours_alone else peer.only in ("", self.name)


MEASUREMENTS = (
    Measurement("cpu", cpu.measure, rounds=lambda effort: effort.rounds),
    Measurement("watching", paced.measure),
    Measurement("watching-segments", paced.measure_segments, segments.require_namespaces),
    Measurement(
        "watching-crowd",
        paced.measure_crowd,
        rounds=lambda effort: bool(effort.watching_crowd),
        of_ours_alone=True,
    ),
    Measurement("stalled", stalled.measure, stalled.require_ss),
    Measurement(
        "crowd", stalled.measure_crowd, stalled.require_ss, rounds=lambda effort: bool(effort.crowd), of_ours_alone=True
    ),
    Measurement(
        "paused-crowd",
        stalled.measure_paused_crowd,
        stalled.require_ss,
        rounds=lambda effort: bool(effort.crowd),
        of_ours_alone=True,
    ),
    Measurement("cold", cold.measure, slow_disk.require_fuse),
    Measurement("first-byte", first_byte.measure),
)


@dataclass(frozen=True, slots=True)
class Results:
    """``figures`` by measurement and server, one for each round; ``versions`` by server; ``left_out`` as sentences."""

    figures: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def run(measurements: Iterable[Measurement], peers: Iterable[Peer], effort: Effort) -> Results:
    results = Results()
    present = list(_present(peers, results))
    with film_folder(effort.film_bytes) as folder:
        for measurement in measurements:
            try:
                measurement.require()
            except NotMeasurable as reason:
                results.left_out.append(f"{measurement.name}: {reason}")
                continue
            _take(measurement, filter(measurement.concerns, present), folder, effort, results)
    return results


def _present(peers: Iterable[Peer], results: Results) -> Iterable[Peer]:
    for peer in peers:
        try:
            results.versions[peer.name] = peer.version()
            yield peer
        except NotInstalled as reason:
            results.left_out.append(f"{peer.name}: {reason}")


def _take(measurement: Measurement, peers: Iterable[Peer], folder: Path, effort: Effort, results: Results) -> None:
    """Measures all servers in turn, and again in the next round, so that a slow minute affects them all."""
    figures = results.figures.setdefault(measurement.name, {})
    turns = list(peers) * measurement.rounds(effort)
    for number, peer in enumerate(turns, start=1):
        print(f"{measurement.name} {number}/{len(turns)}: {peer.name}", file=sys.stderr)
        try:
            warm(folder)
            figures.setdefault(peer.name, []).append(measurement.measure(peer, folder, effort))
        except FAULTS as error:
            results.left_out.append(
                f"{peer.name} in {measurement.name}: {type(error).__name__}: {error}".splitlines()[0]
            )
