"""The server from a wheel, away from the repository."""

import os
import shutil
import subprocess
import sys
import urllib.request

import pytest

from tests.server_process import ROOT, server_process

NOT_SOURCE = shutil.ignore_patterns(
    ".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", "node_modules", ".*cache"
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the wheel was installed."""
    source, wheels, target = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "target"))
    shutil.copytree(ROOT, source, dirs_exist_ok=True, ignore=NOT_SOURCE)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", wheels, source], check=True)
    (wheel,) = wheels.iterdir()
    subprocess.run([*pip, "install", "--no-deps", "--target", target, wheel], check=True)
    return target


def test_the_console_script_serves_the_page_and_the_sample(installed, tmp_path):
    script = installed / "bin" / "movie-streaming"
    environment = {"PYTHONPATH": os.fspath(installed)}
    with server_process(command=(sys.executable, str(script)), environment=environment, cwd=tmp_path) as server:
        assert server.announcement.endswith(f" has 1 movie of {installed}/assets\n")
        assert urllib.request.urlopen(server.url).read() == (ROOT / "static" / "index.html").read_bytes()


def test_the_wheel_carries_every_file_of_the_site(installed):
    def files(folder):
        return {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}

    assert files(installed / "static") == files(ROOT / "static")
