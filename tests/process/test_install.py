"""The server from a wheel, away from the repository."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from services.version import VERSION
from tests.server_process import ROOT, server_process

NOT_SOURCE = shutil.ignore_patterns(
    ".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", "node_modules", ".*cache"
)
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
BROKEN = "raise ImportError('another package was imported')\n"
OTHER_SETUP = """
from setuptools import setup
setup(name="other", version="1", py_modules=["server"], packages=["handlers", "services", "assets", "static"])
"""


def _wheel(source, target):
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", target, source], check=True)
    (wheel,) = target.iterdir()
    return wheel


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT, source, dirs_exist_ok=True, ignore=NOT_SOURCE)
    left = source / "build" / "lib" / "services"  # by pip install, of a version that had it at the top
    left.mkdir(parents=True)
    (left / "__init__.py").touch()
    vendored = source / "static" / "vendor" / "media-chrome"  # as npm leaves it, where that was here or not
    vendored.mkdir(parents=True, exist_ok=True)
    (vendored / "media-chrome.js").write_text("// the player")
    return _wheel(source, tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Another package with the same names at its top. Its modules tell themselves from ours by how they fail."""
    source = tmp_path_factory.mktemp("other")
    (source / "setup.py").write_text(OTHER_SETUP)
    (source / "server.py").write_text(BROKEN)
    for name in ("handlers", "services", "assets", "static"):
        (source / name).mkdir()
        (source / name / "__init__.py").write_text(BROKEN)
    return _wheel(source, tmp_path_factory.mktemp("others"))


class Installation:
    """A Python environment of its own, which also finds the installed dependencies."""

    def __init__(self, folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.python = folder / "bin" / "python"
        self.script = folder / "bin" / "movie-streaming"
        self.packages = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
        (self.packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))

    def pip(self, *arguments: object) -> None:
        subprocess.run([*PIP, "--python", self.python, *map(str, arguments)], check=True)

    def install(self, wheel: Path) -> None:
        self.pip("install", "--no-deps", "--no-index", wheel)

    def imports(self, module: str) -> str:
        """The error when this module is imported."""
        done = subprocess.run(
            [self.python, "-I", "-c", f"import {module}"], check=False, capture_output=True, text=True
        )
        return done.stderr.strip().rpartition("\n")[2]


@pytest.fixture
def installation(tmp_path):
    return Installation(tmp_path / "installation")


@pytest.fixture(scope="module")
def installed(tmp_path_factory, ours):
    installation = Installation(tmp_path_factory.mktemp("installed"))
    installation.install(ours)
    return installation


def _asked(url, **fields):
    return urllib.request.urlopen(urllib.request.Request(url, headers=fields)).read()


def _looked_into(server):
    """The entry of the only film, once the worker has looked into it."""
    while True:
        (film,) = json.loads(_asked(f"{server.url}/api/movies"))["movies"]
        if "duration" in film:
            return film
        assert "state" not in film or film["state"] != "unexamined", film
        time.sleep(0.05)


def _assert_serves(installation, folder, environment=None):
    """The page, a range of the sample film, and what a worker finds in it."""
    command = (str(installation.script),)
    with server_process(command=command, cwd=folder, environment=environment) as server:
        assert server.announcement.endswith(f" has 1 movie of {installation.packages}/movie_streaming/assets\n")
        assert _asked(server.url) == (ROOT / "static" / "index.html").read_bytes()
        film = _asked(f"{server.url}/videos/Seek%20Anywhere.mp4", Range="bytes=1000-1999")
        assert film == (ROOT / "assets" / "Seek Anywhere.mp4").read_bytes()[1000:2000]
        assert _looked_into(server)["duration"] == 40.0


def test_all_that_a_wheel_installs_is_in_one_package(ours):
    names = {name.partition("/")[0] for name in zipfile.ZipFile(ours).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"movie_streaming"}


def test_a_wheel_and_what_it_installs_say_the_same_version(ours, installed):
    assert ours.name.startswith(f"movie_streaming-{VERSION}-")
    said = subprocess.run([installed.script, "--version"], check=True, capture_output=True, text=True)
    assert said.stdout == f"movie-streaming {VERSION}\n"


def test_a_wheel_has_every_module_and_every_file_of_the_site(ours):
    prefix = "movie_streaming/"
    files = {name.removeprefix(prefix) for name in zipfile.ZipFile(ours).namelist() if name.startswith(prefix)}
    modules = {path.relative_to(ROOT).as_posix() for room in ("handlers", "services") for path in _modules(room)}
    assert {name for name in files if name.endswith(".py")} == {*modules, "server.py", "__main__.py"}
    site = {path.relative_to(ROOT).as_posix() for path in (ROOT / "static").rglob("*") if path.is_file()}
    assert site | {"static/vendor/media-chrome/media-chrome.js"} <= files
    assert "assets/Seek Anywhere.mp4" in files


def _modules(room):
    return (ROOT / room).rglob("*.py")


def test_the_console_script_serves_the_page_and_the_sample_and_looks_into_it(installed, tmp_path):
    _assert_serves(installed, tmp_path)


def test_the_package_can_be_run_as_a_module(installed, tmp_path):
    command = (str(installed.python), "-m", "movie_streaming")
    with server_process(command=command, cwd=tmp_path) as server:
        assert server.announcement.endswith(f" has 1 movie of {installed.packages}/movie_streaming/assets\n")


@pytest.mark.parametrize("ours_goes_first", [True, False])
def test_another_package_with_our_names_is_left_as_it_is_and_leaves_ours(
    installation, ours, other, tmp_path, ours_goes_first
):
    for wheel in (ours, other) if ours_goes_first else (other, ours):
        installation.install(wheel)
    _assert_serves(installation, tmp_path)
    for module in ("server", "handlers", "services", "assets", "static"):
        assert installation.imports(module) == "ImportError: another package was imported"
    installation.pip("uninstall", "--yes", "movie-streaming" if ours_goes_first else "other")
    if ours_goes_first:
        assert installation.imports("services") == "ImportError: another package was imported"
    else:
        _assert_serves(installation, tmp_path)


def test_our_names_on_the_path_or_in_the_folder_of_the_user_are_not_taken_for_ours(installed, other, tmp_path):
    zipfile.ZipFile(other).extractall(tmp_path)
    _assert_serves(installed, tmp_path, {"PYTHONPATH": os.fspath(tmp_path)})


def test_an_editable_install_serves_from_the_repository(installation, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=NOT_SOURCE)
    installation.pip("install", "--no-deps", "--no-index", "--no-build-isolation", "--editable", source)
    with server_process(command=(str(installation.script),), cwd=tmp_path) as server:
        assert server.announcement.endswith(f" has 1 movie of {source}/assets\n")


def test_a_server_whose_page_has_no_player_says_how_it_gets_one(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=lambda folder, names: {*NOT_SOURCE(folder, names), "vendor"})
    with server_process(command=(sys.executable, str(source / "server.py"))) as server:
        assert server.process.stdout.readline() == (
            "the page has no player of its own: static/vendor is missing (npm ci --omit=dev && npm run vendor)\n"
        )
