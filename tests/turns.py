"""How long a thread is busy at a time, however busy the machine is."""

import resource
import time
from collections.abc import Callable


def busy_ms_at_a_time(act: Callable[[], object]) -> float:
    """The mean of what this thread works between two pauses of its own, while it does this."""
    began_s, pauses = time.thread_time(), _pauses()
    act()
    return (time.thread_time() - began_s) * 1000 / (_pauses() - pauses + 1)


def _pauses() -> int:
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
