"""A loopback whose segments are as long as those of the internet.

It is in a network namespace of its own, with an MTU of 1,500, and the kernel does not send several segments as one.
Needs root and the program ip."""

import ctypes
import fcntl
import multiprocessing
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from typing import TypeVar

from benchmarks.effort import NotMeasurable

MTU = 1500
_CLONE_NEWNET = 0x40000000
_SIOCETHTOOL = 0x8946
_SWITCHES = {"TSO": 0x1F, "GSO": 0x24, "GRO": 0x2C}  # linux/ethtool.h: ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO
_Got = TypeVar("_Got")


def require_namespaces() -> None:
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("ip"):
        raise NotMeasurable(
            "a network namespace needs Linux, root and the program ip (Debian: apt-get install iproute2)"
        )


def with_real_segments(measure: Callable[[], _Got]) -> _Got:
    """Runs ``measure`` in a process with such a loopback. Returns what it returns, and raises what it raises."""
    context = multiprocessing.get_context("fork")
    ours, its = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(its, measure))
    process.start()
    its.close()
    try:
        answer: _Got | Exception = ours.recv()
    except EOFError as error:
        raise OSError("the process in the namespace ended without an answer") from error
    finally:
        process.terminate()
        process.join()
    if isinstance(answer, Exception):
        raise answer
    return answer


def _run(pipe: Pipe, measure: Callable[[], object]) -> None:
    try:
        _enter_namespace()
        pipe.send(measure())
    except Exception as error:
        pipe.send(error)


def _enter_namespace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["ip", "link", "set", "lo", "mtu", str(MTU), "up"], check=True)
    with socket.socket() as any_socket:
        for switch in _SWITCHES.values():
            off = ctypes.create_string_buffer(struct.pack("II", switch, 0))
            fcntl.ioctl(any_socket, _SIOCETHTOOL, struct.pack("16sP16x", b"lo", ctypes.addressof(off)))
