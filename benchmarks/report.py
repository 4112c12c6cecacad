"""The results as Markdown: what was measured, where, with which versions, and a table for each measurement."""

import os
import platform
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from benchmarks import stalled
from benchmarks.cold import Probe
from benchmarks.cpu import LARGE, MIDDLE, SMALL, WHOLE
from benchmarks.effort import CONNECTIONS, KIB, MB, MIB, Effort
from benchmarks.figures import core_share, percentile, s_per_gb, us_per_request
from benchmarks.first_byte import FirstBytes
from benchmarks.load import Cost
from benchmarks.paced import Watched
from benchmarks.peers import OURS
from benchmarks.run import Results
from benchmarks.segments import MTU
from benchmarks.stalled import Audience

Row = list[str]


def markdown(results: Results, effort: Effort, command: str) -> str:
    sections = [_introduction(results, command)]
    for name, section in _SECTIONS.items():
        if any(results.figures.get(name, {}).values()):
            sections.append(section(results.figures[name], effort))
    if results.left_out:
        sections.append("\n".join(["## Left out", "", *(f"- {reason}" for reason in results.left_out)]))
    return "\n\n".join(sections) + "\n"


def _introduction(results: Results, command: str) -> str:
    memory_gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    versions = _table(["server", "version"], results.versions.items(), align="---")
    return f"""# Benchmarks

Made by `{command}` on {datetime.now(UTC):%d %B %Y}: {os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.system()} \
{platform.release().split("-")[0]}. Servers and clients share the machine and its loopback, one server at a time. \
Absolute figures differ between machines and between days; what counts is how servers compare within one run.

{versions}

All have their defaults, with two exceptions: nginx has one worker and does not limit the requests of a connection, \
and the peers write no access log. This server writes its own, to /dev/null."""


def _cpu(rows: dict[str, list[list[Any]]], effort: Effort) -> str:
    def row(rounds: list[dict[str, Cost]]) -> Row:
        volumes = (s_per_gb(rounds, load) for load in (WHOLE, LARGE))
        requests = (us_per_request(rounds, load) for load in (MIDDLE, SMALL))
        return [*(_number(figure, ".2f") for figure in volumes), *(_number(figure, ",.0f") for figure in requests)]

    rounds = f": medians of {effort.rounds} rounds" if effort.rounds > 1 else ""
    header = [f"{WHOLE}, s/GB", f"{LARGE}, s/GB", f"{MIDDLE}, µs/request", f"{SMALL}, µs/request"]
    return f"""## CPU of the server

User and system time of all its processes, for a film of {effort.film_bytes // MIB:,} MiB in the page cache and \
{CONNECTIONS} connections with keep-alive{rounds}. The empty handler sends no film: it shows what a request costs in \
Tornado without any work.

{_table(["server", *header], _rows(rows, row))}"""


def _watching(rows: dict[str, list[list[Watched]]], effort: Effort) -> str:
    some = next(rounds[0] for rounds in rows.values() if rounds)
    rates = [f"{watched.audience.viewers:,} at {watched.audience.mbit_s:g} Mbit/s" for watched in some]
    header = [*(f"{rate}, CPU" for rate in rates), *(f"{rate}, sleeps/MB" for rate in rates), "late, at most"]

    def row(rounds: list[list[Watched]]) -> Row:
        return [
            *(f"{core_share(watched):.1%}" for watched in rounds[0]),
            *(f"{watched.sleeps / watched.content_bytes * MB:.1f}" for watched in rounds[0]),
            f"{max(map(_late_share, rounds[0])):.2%}",
        ]

    return f"""## Viewers who watch

They take their films at the films' own rates, from the page cache, as players do. The table shows for how much of the \
time the server is busy with all of them (100%: one core), how often in each MB it sleeps until it is woken, and how \
much of a film has not come when it is due.

{_table(["server", *header], _rows(rows, row))}"""


def _watching_segments(rows: dict[str, list[Watched]], _effort: Effort) -> str:
    return f"""## Viewers who watch over real segments

The same with segments of {MTU:,} bytes, as over the internet. Over a loopback, the kernel sends segments of 64 KiB.

{_watching_table(rows)}"""


def _watching_crowd(rows: dict[str, list[Watched]], _effort: Effort) -> str:
    return f"""## A crowd that watches

The same as the first, with more viewers.

{_watching_table(rows)}"""


def _watching_table(rows: dict[str, list[Watched]]) -> str:
    audience = next(rounds[0].audience for rounds in rows.values() if rounds)
    header = [f"{audience.viewers:,} at {audience.mbit_s:g} Mbit/s, CPU", "sleeps/MB", "late"]

    def row(rounds: list[Watched]) -> Row:
        (watched,) = rounds
        sleeps = watched.sleeps / watched.content_bytes * MB
        return [f"{core_share(watched):.1%}", f"{sleeps:.1f}", f"{_late_share(watched):.2%}"]

    return _table(["server", *header], _rows(rows, row))


def _late_share(watched: Watched) -> float:
    return watched.late_bytes / (watched.content_bytes + watched.late_bytes)


def _stalled(rows: dict[str, list[Audience]], effort: Effort) -> str:
    return f"""## Memory of viewers who stall

{effort.viewers:,} viewers ask for the whole film and read nothing, as paused players do. The kernel's send queues are \
memory too, and a container's limit counts them.

{_audience_tables(rows)}"""


def _crowd(rows: dict[str, list[Audience]], effort: Effort) -> str:
    return f"""## A crowd that stalls

The same with {_came(rows, effort)}. They buffer little, since they share the machine's memory for TCP with the server.

{_audience_tables(rows)}"""


def _paused_crowd(rows: dict[str, list[Audience]], effort: Effort) -> str:
    return f"""## A crowd that pauses

The same with {_came(rows, effort)}, each of whom took {stalled.WATCHED_BYTES // MIB} MiB of the film before.

{_audience_tables(rows)}"""


def _came(rows: dict[str, list[Audience]], effort: Effort) -> str:
    came, note = rows[OURS][0].viewers, ""
    if came < effort.crowd:
        limits = f"descriptors, or {stalled.CROWD_LIMIT_BYTES // MIB:,} MiB of memory, were used up"
        note = f" (of {effort.crowd:,}: {limits})"
    return f"{came:,} viewers{note}"


def _audience_tables(rows: dict[str, list[Audience]]) -> str:
    def memory(rounds: list[Audience]) -> Row:
        audience = rounds[0]
        return [
            f"{audience.process_bytes / KIB / audience.viewers:,.1f}",
            f"{audience.queue_bytes / KIB / audience.viewers:,.0f}",
            f"{audience.total_bytes / MIB:,.0f}",
            f"{audience.descriptors / audience.viewers:.1f}",
        ]

    def waits(rounds: list[Audience]) -> Row:
        audience = rounds[0]
        return [
            *_milliseconds(audience.entries_s, 0.5, 1),
            *_milliseconds(audience.next_bytes_s, 0.5, 0.99, 1),
            *_milliseconds(audience.next_mib_s, 0.5, 0.99, 1),
        ]

    memory_header = ["process, KiB/viewer", "kernel send queue, KiB/viewer", "all together, MiB", "descriptors/viewer"]
    waits_header = [
        "first 64 KiB, median",
        "worst",
        "next byte, median",
        "p99",
        "worst",
        "next MiB, median",
        "p99",
        "worst",
    ]
    return f"""{_table(["server", *memory_header], _rows(rows, memory))}

How long a new viewer then waits for its first 64 KiB, and a stalled viewer who reads on for the bytes after its own \
receive queue, in ms:

{_table(["server", *waits_header], _rows(rows, waits))}"""


def _cold(rows: dict[str, list[Probe]], effort: Effort) -> str:
    def row(rounds: list[Probe]) -> Row:
        probe = rounds[0]
        return [
            *_waits(probe.alone_s, probe.alone_unanswered),
            *_waits(probe.beside_cold_s, probe.beside_cold_unanswered),
        ]

    def _waits(waits_s: list[float], unanswered: int) -> Row:
        figures = _milliseconds(waits_s, 0.5, 0.95, 1)
        return [*figures[:2], f"no answer in {effort.answer_limit_s:g} s"] if unanswered else figures

    header = ["alone, p50", "p95", "max", "beside cold ones, p50", "p95", "max"]
    return f"""## Cold films beside a warm one

Every read from this disk takes 200 ms, unless it is in the page cache. Four viewers read cold films, while another \
asks for 64 KiB of a warm film every 20 ms. How long the latter waits, in ms:

{_table(["server", *header], _rows(rows, row))}"""


def _first_byte(rows: dict[str, list[FirstBytes]], _effort: Effort) -> str:
    def row(rounds: list[FirstBytes]) -> Row:
        waits = rounds[0]
        return [
            figure for kind in (waits.known_s, waits.opened_s, waits.put_s) for figure in _milliseconds(kind, 0.5, 1)
        ]

    header = ["known film, median", "worst", "opened first, median", "worst", "just put there, median", "worst"]
    return f"""## First byte

From connecting to having the first KiB, in ms: of a film that was read before, of one that was there when the server \
started but is read for the first time, and of one that has just come into the folder and is asked for until it is \
found.

{_table(["server", *header], _rows(rows, row))}"""


_SECTIONS: dict[str, Callable[[dict[str, list[Any]], Effort], str]] = {
    "cpu": _cpu,
    "watching": _watching,
    "watching-segments": _watching_segments,
    "watching-crowd": _watching_crowd,
    "stalled": _stalled,
    "crowd": _crowd,
    "paused-crowd": _paused_crowd,
    "cold": _cold,
    "first-byte": _first_byte,
}


def _rows(rows: dict[str, list[Any]], row: Callable[[list[Any]], Row]) -> Iterable[Row]:
    """A line for each server; ours is bold."""
    for name, rounds in rows.items():
        if rounds:
            yield [f"**{name}**" if name.startswith(OURS) else name, *row(rounds)]


def _milliseconds(waits_s: list[float], *shares: float) -> Row:
    """The percentiles of the waits at these shares, in ms; 1 is the longest wait."""
    waits_ms = [percentile(waits_s, share) * 1000 if waits_s else None for share in shares]
    return ["–" if wait is None else f"{wait:,.2f}" if wait < 1 else f"{wait:,.1f}" for wait in waits_ms]


def _number(figure: float | None, form: str) -> str:
    return "" if figure is None else format(figure, form)


def _table(header: Row, rows: Iterable[Iterable[str]], align: str = "--:") -> str:
    """``align`` is that of all columns but the first."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, ["---"] + [align] * (len(header) - 1), *rows))
