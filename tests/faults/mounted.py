"""Mounts the faulty disk."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from tests.needs import need, need_fuse

_FILE = Path(__file__).with_name("faulty_disk.py")


@contextmanager
def faulty_disk(mount_point: Path, gate: Path, *entrance: Path) -> Iterator[ModuleType]:
    """The module of the disk, which is mounted meanwhile. ``gate`` and ``entrance`` are as it has them: the entrance is
    open at first."""
    need_fuse()
    spec = importlib.util.spec_from_file_location("faulty_disk", _FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for file in entrance:
        file.touch()
    process = subprocess.Popen([sys.executable, _FILE, mount_point, gate, *entrance])
    try:
        while not mount_point.is_mount():
            assert process.poll() is None, "the faulty disk could not be mounted"
        yield module
    finally:
        for file in (gate, *entrance):
            file.touch()
        if mount_point.is_mount():
            unmount(mount_point)
        process.wait(120)


def unmount(mount_point: Path) -> None:
    subprocess.run([need("fusermount"), "-u", "-z", mount_point], check=True)
