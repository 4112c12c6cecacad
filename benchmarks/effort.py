"""How much is measured: enough for the published numbers, or a quick look."""

from dataclasses import dataclass

KIB, MIB = 1024, 1024 * 1024
MB, GB = 1_000_000, 1_000_000_000
CONNECTIONS = 8  # fast viewers at once, each on one keep-alive connection


class NotMeasurable(Exception):
    """Its message says what this machine lacks for a measurement, and how to get it."""


@dataclass(frozen=True, slots=True)
class Effort:
    """``rounds`` of the CPU measurement go over all servers in turn, and each load lasts ``load_s`` or a little longer.

    ``viewers`` stall at every server, a ``crowd`` only at ours (0: none), and ``resumptions`` of them read on. The
    probe beside cold viewers asks for ``probe_s``, and waits at most ``answer_limit_s`` for one answer. Films are
    watched at their own rate for ``watched_s``, and only at ours by a ``watching_crowd``, too (0: none). ``openings``
    is how often a first byte is measured if each time needs a new film.
    """

    rounds: int
    film_bytes: int
    load_s: float
    viewers: int
    crowd: int
    resumptions: int
    probe_s: float
    answer_limit_s: float
    openings: int
    watched_s: float
    watching_crowd: int


FULL = Effort(
    rounds=3,
    film_bytes=1024 * MIB,
    load_s=2.0,
    viewers=400,
    crowd=10_000,
    resumptions=1_000,
    probe_s=10.0,
    answer_limit_s=20.0,
    openings=15,
    watched_s=8.0,
    watching_crowd=2_000,
)
QUICK = Effort(
    rounds=1,
    film_bytes=256 * MIB,
    load_s=0.5,
    viewers=100,
    crowd=0,
    resumptions=100,
    probe_s=2.0,
    answer_limit_s=5.0,
    openings=3,
    watched_s=2.0,
    watching_crowd=0,
)
