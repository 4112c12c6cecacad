"""What `make check` says of known vulnerabilities, for several outputs of pip-audit and npm."""

import json
import os
import subprocess
import sys

import pytest

from tests.server_process import ROOT

# As pip-audit 2.10 and npm 10 print it, shortened.
SOUND = {"dependencies": [{"name": "tornado", "version": "6.6.1", "vulns": []}, {"name": "x", "skip_reason": "no"}]}
VULNERABLE = {
    "dependencies": [
        {"name": "pillow", "version": "12.0.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["13.0.0"]}]}
    ]
}
SKIPPED = {"dependencies": [{"name": "tornado", "skip_reason": "Dependency not found on PyPI"}]}
NPM_SOUND = {"auditReportVersion": 2, "vulnerabilities": {}}
NPM_VULNERABLE = {"auditReportVersion": 2, "vulnerabilities": {"media-chrome": {"severity": "high"}}}
NPM_REFUSED = {"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}}


@pytest.fixture
def audit(tmp_path):
    """Runs the script with a pip-audit and an npm that print these. None: it is not installed."""

    def run(pip: object, npm: object):
        if pip is not None:
            (tmp_path / "pip_audit.py").write_text(f"print({_text(pip)!r})\nraise SystemExit(1)\n")
        if npm is not None:
            (tmp_path / "npm").write_text(f"#!{sys.executable}\nprint({_text(npm)!r})\nraise SystemExit(1)\n")
            (tmp_path / "npm").chmod(0o755)
        environment = {"PATH": os.fspath(tmp_path), "PYTHONPATH": os.fspath(tmp_path)}
        command = [sys.executable, "-S", ROOT / "scripts" / "audit.py"]  # without what is installed
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)

    return run


def _text(printed):
    return printed if isinstance(printed, str) else json.dumps(printed)


@pytest.mark.parametrize(
    ("pip", "npm", "lines", "status"),
    [
        (SOUND, NPM_SOUND, ["pip-audit: no known vulnerabilities", "npm audit: no known vulnerabilities"], 0),
        (VULNERABLE, NPM_SOUND, ["pip-audit: pillow 12.0.0: PYSEC-2026-1", "npm audit: no known vulnerabilities"], 1),
        (SOUND, NPM_VULNERABLE, ["pip-audit: no known vulnerabilities", "npm audit: media-chrome: high"], 1),
        (
            SKIPPED,
            NPM_REFUSED,
            [
                "pip-audit: not checked: its service knows none of the packages",
                "npm audit: not checked: 405 Method Not Allowed",
            ],
            0,
        ),
        (
            "Traceback",
            "",
            [
                "pip-audit: not checked: its service gave no answer",
                "npm audit: not checked: its service gave no answer",
            ],
            0,
        ),
        (None, None, ["pip-audit: not checked: it is not installed", "npm audit: not checked: it is not installed"], 0),
    ],
    ids=["sound", "pip's", "npm's", "out of reach", "no answer", "not installed"],
)
def test_only_what_is_known_fails_and_what_was_not_checked_is_said(audit, pip, npm, lines, status):
    done = audit(pip, npm)
    assert (done.stdout.splitlines(), done.stderr, done.returncode) == (lines, "", status)
