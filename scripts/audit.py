"""Looks for known vulnerabilities in the installed packages and in those of the page: part of `make check`.

It asks pip-audit and npm. If one is missing, or its service cannot be reached, a line says so; that is no failure.
Packages of npm that only the tests use are left out, as no viewer gets them.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 90  # for all packages; a service that answers takes a few seconds


class NotChecked(Exception):
    """Its message says why."""


def main() -> int:
    """The exit status: 1 if there are known vulnerabilities."""
    known = [*_told("pip-audit", known_of_pip), *_told("npm audit", known_of_npm)]
    return 1 if known else 0


def _told(tool: str, known: Callable[[], list[str]]) -> list[str]:
    """Prints and returns what the tool found."""
    try:
        found = known()
    except NotChecked as reason:
        print(f"{tool}: not checked: {reason}")
        return []
    for each in found or ["no known vulnerabilities"]:
        print(f"{tool}: {each}")
    return found


def known_of_pip() -> list[str]:
    if find_spec("pip_audit") is None:
        raise NotChecked("it is not installed")
    answer = _answer([sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner=off", "--format=json"])
    packages = answer.get("dependencies", [])
    if not any("vulns" in package for package in packages):
        raise NotChecked("its service knows none of the packages")
    return [
        f"{package['name']} {package['version']}: {vulnerability['id']}"
        for package in packages
        for vulnerability in package.get("vulns", [])
    ]


def known_of_npm() -> list[str]:
    if shutil.which("npm") is None:
        raise NotChecked("it is not installed")
    answer = _answer(["npm", "audit", "--omit=dev", "--json"])
    if "vulnerabilities" not in answer:
        raise NotChecked(answer.get("message") or "its service gave no answer")
    return [f"{name}: {known['severity']}" for name, known in answer["vulnerabilities"].items()]


def _answer(command: Sequence[str]) -> dict[str, Any]:
    """The JSON that the command prints. Its exit status does not tell findings from failures."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_S)
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise NotChecked(f"no answer in {PATIENCE_S} s") from None
    except ValueError:
        last = done.stderr.strip().rpartition("\n")[2]
        raise NotChecked(last[:200] or "its service gave no answer") from None
    return answer if isinstance(answer, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
