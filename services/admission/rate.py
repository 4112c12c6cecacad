"""How fast a viewer gets a film: as fast as can be at first, and then at a rate. So no player pulls a whole film that
nobody watches. By the token bucket: what is not used is saved up, as far as a burst.

A player asks for a film by many requests, some at once. So what counts is the viewer's address and the film.
"""

from collections import OrderedDict

BURST_S = 30.0  # of the rate: players want so much ahead, and the index of a long film comes before its first frame
PAUSE_S = 0.1  # of the rate: what is sent at once, so that a viewer is served ten times a second
LEAST_PIECE_BYTES = 64 * 1024  # a chunk

_MOST_BUCKETS = 10_000


class Bucket:
    """What one viewer may be sent of one film. Times are in seconds by any one clock.

    More may be sent than is allowed; then the next has to wait for longer.
    """

    def __init__(self, rate: float, now_s: float) -> None:
        self._rate = rate
        self._burst = max(rate * BURST_S, LEAST_PIECE_BYTES)
        self._piece = max(rate * PAUSE_S, LEAST_PIECE_BYTES)
        self._level = self._burst
        self._at_s = now_s

    def allowed(self, now_s: float) -> int:
        """How many bytes may be sent now: a chunk at least, or none."""
        self._level = min(self._level + (now_s - self._at_s) * self._rate, self._burst)
        self._at_s = now_s
        return int(self._level) if self._level >= LEAST_PIECE_BYTES else 0

    def spend(self, count: int) -> None:
        self._level -= count

    def wait_s(self, now_s: float) -> float:
        """How long until enough may be sent to be worth waking up for. 0.0: something may be sent now."""
        return 0.0 if self.allowed(now_s) else (self._piece - self._level) / self._rate


class Rates:
    """The buckets of all viewers, each of ``rate`` bytes a second. A viewer who has not asked for longest is forgotten
    when there are too many."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def bucket(self, address: str, film: str, now_s: float) -> Bucket:
        key = address, film
        if key not in self._buckets:
            self._buckets[key] = Bucket(self._rate, now_s)
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return self._buckets[key]
