"""The page's pure modules, by Node.js: `npm test`, or one file by `node --test tests/page/words.test.mjs`."""

import subprocess
from pathlib import Path

import pytest

from tests.needs import need

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.name)
def test_a_module_of_the_page_does_what_its_tests_say(file):
    done = subprocess.run([need("node"), "--test", file], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_file_of_tests_is_of_a_module():
    modules = {file.stem for file in (ROOT / "static").rglob("*.js") if "vendor" not in file.parts}
    assert {file.name.removesuffix(".test.mjs") for file in HERE.glob("*.test.mjs")} <= modules
