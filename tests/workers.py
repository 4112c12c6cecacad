"""The workers of the server under test."""

import psutil

from services.jobs.worker_process import WORKER


def worker_processes() -> list[psutil.Process]:
    """Their processes. Stores and servers of other tests are children of this process, too."""
    return [each for each in psutil.Process().children() if WORKER in each.cmdline()]
