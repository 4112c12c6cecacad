"""How much the kernel may queue for each viewer: much while few watch, little when many do.

The longer the queue, the seldomer a viewer who watches wakes the server. But who pauses holds all of it, in our
container's memory, and there is no taking it back. So what a queue has beyond the least is a small share of what is
left of a budget: however many come, in whatever order, the budget is never overdrawn, and who comes later finds some.

Who takes a film much faster than it plays gets no long queue: all that is sent is on its way at once, and to queue it
takes more of the server's time.
"""

from dataclasses import dataclass

LEAST_BYTES = 16 * 1024  # whatever is left
MOST_BYTES = 1024 * 1024  # a longer one spares nothing that would be noticed
SHARE = 16
WATCHED_RATE = 16_000_000  # bytes a second; no film has more
FAST_RATE = 64_000_000  # who takes a film as fast as this is served for less from a short queue
# A queue grows only once its viewer has taken this many times its new length. So whoever takes just a bufferful, or a
# short document, keeps the shortest.
TAKEN_RATIO = 5
MOST_BUDGET_BYTES = 144 * 1024 * 1024  # so that 10,000 viewers who pause take less than 512 MiB, the process included


def queue_budget(memory_bytes: int) -> int:
    """How many bytes of ``memory_bytes`` there are for all queues together, beyond the least of each."""
    return min(memory_bytes // 8, MOST_BUDGET_BYTES)


@dataclass(slots=True)
class Queues:
    """``left_bytes`` of the budget are in no queue."""

    left_bytes: int = 0

    def renewed(self, limit_bytes: int, taken_bytes: int, rate: float) -> int:
        """The new limit of a queue that had ``limit_bytes``, of a viewer who took ``taken_bytes`` so far, and the last
        of them at this ``rate``, in bytes a second.

        To be asked when half of the queue is free: the limit is halved at least and doubled at most, so it holds at
        once.
        """
        share = (self.left_bytes + limit_bytes) // SHARE
        renewed = limit_bytes
        most = min(share, taken_bytes // TAKEN_RATIO, MOST_BYTES)
        if rate <= WATCHED_RATE and _longer(limit_bytes) <= most:
            renewed = 2 * limit_bytes if 2 * limit_bytes <= most else _longer(limit_bytes)
        elif limit_bytes > LEAST_BYTES and (share < limit_bytes // 2 or rate > FAST_RATE):
            renewed = max(limit_bytes // 2, LEAST_BYTES)
        self.left_bytes += limit_bytes - renewed
        return renewed

    def give_back(self, limit_bytes: int) -> None:
        """The queue is no more."""
        self.left_bytes += limit_bytes - LEAST_BYTES


def _longer(limit_bytes: int) -> int:
    """The next of 16, 24, 32, 48, 64, 96 KiB and so on. With more steps a viewer's limit would change all the time."""
    is_power_of_two = not limit_bytes & (limit_bytes - 1)
    return limit_bytes // 2 * 3 if is_power_of_two else limit_bytes // 3 * 4
