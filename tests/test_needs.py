"""Tests say only by needs.py what they need of a machine, so that they are skipped where it is missing."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import ROOT
from tests.packages import PACKAGES

TESTS = ROOT / "tests"
THE_ONE_WAY = {TESTS / "needs.py", TESTS / "packages.py"}
PLAYERS = "tests/players/test_real_footage.py"


def _run(*arguments, **environment):
    """Runs pytest as on a machine that has none of the programs."""
    environment = {"HOME": os.environ.get("HOME", "/"), "PATH": "/nowhere"} | environment
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)


def test_what_is_missing_is_said_once_and_fails_nothing():
    done = _run(PLAYERS)
    assert done.returncode == 0
    *_, heading, curl, ffmpeg, mpv, packages, summary = filter(None, done.stdout.splitlines())
    assert "missing on this machine" in heading
    assert (curl, ffmpeg, mpv) == ("curl: 6 tests skipped", "ffmpeg: 4 tests skipped", "mpv: 1 tests skipped")
    assert packages.startswith("Debian has it: apt-get install chromium chromium-headless-shell curl ffmpeg ")
    assert " 11 skipped in " in summary
    assert done.stdout.count("ffmpeg: ") == 1


def test_what_is_missing_is_a_failure_on_ci():
    done = _run(PLAYERS, CI="true")
    assert done.returncode == 1
    assert "missing on this machine: ffmpeg" in done.stdout
    assert " 11 failed in " in done.stdout.splitlines()[-1]


def _files():
    return sorted(set(TESTS.rglob("*.py")) - THE_ONE_WAY - {Path(__file__)})


@pytest.mark.parametrize("way", ["pytest.skip", "skipif", "importorskip", "shutil.which"])
def test_no_test_is_skipped_in_another_way(way):
    assert [file for file in _files() if way in file.read_text("utf-8")] == []


def test_no_program_is_run_without_asking_for_it():
    assert [(file, line) for file in _files() for line in _programs_unasked(ast.parse(file.read_text("utf-8")))] == []


def _programs_unasked(tree):
    """Lists and arguments that begin with the name of a program, where need("…") should be."""
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple) and node.elts:
            first = node.elts[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("subprocess.run", "subprocess.Popen"):
            first = node.args[0]
        else:
            continue
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.split(" ")[0] in PACKAGES:
            yield first.lineno
