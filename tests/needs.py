"""How a test asks for what a machine may lack. If it is missing, the test is skipped; with CI=true it fails.

    subprocess.run([need("ffmpeg"), …])

At the end pytest says once what is missing, and how many tests were skipped for it (conftest.py).
"""

import os
from pathlib import Path
from typing import NoReturn

import pytest

from tests.packages import PACKAGES, find

ROOT = Path(__file__).parent.parent


def need(name: str) -> str:
    """The path of the program or the library, which is one of PACKAGES."""
    assert name in PACKAGES, f"{name} is not in tests/packages.py"
    return find(name) or _lack(name)


def need_of_npm(path: str) -> Path:
    """A file or a folder of this repository that npm brings."""
    return ROOT / path if (ROOT / path).exists() else _lack("the packages of npm")


def need_fuse() -> None:
    """Needs that file systems can be mounted by FUSE."""
    need_right("/dev/fuse", granted=os.access("/dev/fuse", os.W_OK))
    need("fusermount")
    need("libfuse")


def need_right(what: str, *, granted: bool) -> None:
    """Needs a right that the kernel does not grant to everybody. Without it the test is skipped in CI, too."""
    if not granted:
        pytest.skip(what)


def _lack(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"missing on this machine: {what}", pytrace=False)
    pytest.skip(what)
