"""How much of the machine this process may use, as its control groups say (versions 2 and 1).

``root`` is where the system's files are.
"""

import os
from collections.abc import Iterator
from pathlib import Path

_SYSTEM = Path("/")
_GROUPS = "sys/fs/cgroup"


def memory_limit(root: Path = _SYSTEM) -> int:
    """The least of the limits and the machine's memory, in bytes."""
    machine_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    files = [folder / "memory.max" for folder in _folders(root, "")]
    files += [folder / "memory.limit_in_bytes" for folder in _folders(root, "memory")]
    texts = [_text(file) for file in files]
    return min([machine_bytes, *(int(text) for text in texts if text.isdecimal())])  # "max": no limit


def processors(root: Path = _SYSTEM) -> float:
    """The least of the limits and the machine's processors: 0.1 is a tenth of one."""
    limits = [_text(folder / "cpu.max").split() for folder in _folders(root, "")]
    limits += [
        [_text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")] for folder in _folders(root, "cpu")
    ]
    shares = [int(quota) / int(period) for quota, period in filter(_is_limit, limits)]
    return min([float(os.cpu_count() or 1), *shares])


def _is_limit(limit: list[str]) -> bool:
    """Whether it is a time and a period of which that may be used. "max" or -1: no limit."""
    return len(limit) == 2 and all(number.isdecimal() for number in limit) and int(limit[1]) > 0


def _folders(root: Path, controller: str) -> Iterator[Path]:
    """The control groups that hold this process, from its own up to the outermost. ``controller`` is one of version 1;
    "": version 2, where there is one tree for all."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        if controller not in controllers.split(","):
            continue
        mount = root / _GROUPS / controller
        folder = mount / group.lstrip("/")
        while folder.is_relative_to(mount):
            yield folder
            folder = folder.parent


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except OSError:
        return ""
