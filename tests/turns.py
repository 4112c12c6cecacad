"""Measures how long a thread works between pauses, independently of how busy the machine is."""

import resource
import time
from collections.abc import Callable


def busy_ms_at_a_time(act: Callable[[], object]) -> float:
    """The mean time that this thread works between two pauses while it calls the function, in ms.

    The least of three calls, as what others do on the machine may lengthen one.
    """
    return min(_busy_ms(act) for _ in range(3))


def _busy_ms(act: Callable[[], object]) -> float:
    began_s, pauses = time.thread_time(), _pauses()
    act()
    return (time.thread_time() - began_s) * 1000 / (_pauses() - pauses + 1)


def _pauses() -> int:
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
