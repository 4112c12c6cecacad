"""Imports run one way: server -> handlers -> services -> libraries (see ARCHITECTURE.md)."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

_ABOVE = {f"services.{room}" for room in ("admission", "catalogue", "jobs", "library", "lists", "segments", "site")}
_INPUT_OUTPUT = {"asyncio", "av", "os", "pathlib", "socket", "subprocess", "services.http_client", "services.storage"}
_ROOMS_OF_STORAGE = {f"services.storage.{room}" for room in ("cloud", "local", "remote", "web")}
FORBIDDEN = {
    "services": {"tornado", "handlers", "server"},
    "handlers": {"server"},
    "services/http": {*_ABOVE, "services.http_client", "services.media", "services.packaging", "services.storage"},
    "services/http_client": {*_ABOVE, "services.media", "services.packaging", "services.storage"},
    "services/media": {*_ABOVE, "services.http", "services.media.worker.main", "services.storage"},
    "services/media/names": {"av", "services.media.text", "services.media.worker"},
    "services/media/text": {"av", "services.media.names", "services.media.worker"},
    "services/packaging": {
        *_ABOVE,
        *_INPUT_OUTPUT,
        "services.media.names",
        "services.media.text",
        "services.media.worker",
        "services.threads",
    },
    "services/segments": {"services.admission", "services.http_client", "services.lists", "services.media.worker"},
    "services/jobs": {*(_ABOVE - {"services.jobs", "services.library"}), "services.media.worker", "services.packaging"},
    "services/lists": {"services.admission", "services.jobs", "services.media.worker", "services.segments"},
    "services/storage": {*_ABOVE, "services.media", "services.packaging"},
    "services/storage/local": {"services.http_client", *(_ROOMS_OF_STORAGE - {"services.storage.local"})},
    "services/storage/remote": _ROOMS_OF_STORAGE - {"services.storage.remote"},
    "services/storage/cloud": _ROOMS_OF_STORAGE - {"services.storage.cloud", "services.storage.remote"},
    "services/storage/web": _ROOMS_OF_STORAGE - {"services.storage.remote", "services.storage.web"},
    "services/access": {*_ABOVE, "services.http_client", "services.media", "services.packaging", "services.storage"},
    "services/admission": {"services.catalogue", "services.library", "services.media", "services.storage"},
}
SHARED_HANDLERS = {
    "base",
    "flow",
    "lock",
    "refusal",
    "request_head",
    "rest",
    "rounds",
    "tcp_options",
    "tls_socket",
    "tornado_internals",
    "viewer_socket",
    "zero_copy",
}


def _imported_modules(file: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return modules


@pytest.mark.parametrize(("room", "forbidden"), FORBIDDEN.items(), ids=FORBIDDEN)
def test_no_room_imports_what_stands_above_it(room, forbidden):
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for file in files:
        for module in _imported_modules(file):
            assert not any(f"{module}.".startswith(f"{name}.") for name in forbidden), f"{file} imports {module}"


def test_no_handler_imports_another_but_what_all_share():
    for file in set((ROOT / "handlers").glob("*.py")) - {ROOT / "handlers/routes.py"}:
        imported = {module for module in _imported_modules(file) if module.startswith("handlers.")}
        assert {module.split(".")[1] for module in imported} <= SHARED_HANDLERS, f"{file} imports {imported}"


def test_of_the_modules_on_media_only_those_of_the_worker_import_packaging():
    """Packaging imports some of the others."""
    for file in (ROOT / "services/media").rglob("*.py"):
        imported = {module for module in _imported_modules(file) if module.startswith("services.packaging")}
        assert not imported or file.parent.name == "worker", f"{file} imports {imported}"


def test_the_server_starts_without_the_packages_of_its_extras():
    extras = ("av", "charset_normalizer", "cryptography", "langcodes", "PIL")
    without = f"import sys; sys.modules.update(dict.fromkeys({extras})); import server"
    subprocess.run([sys.executable, "-c", without], cwd=ROOT, check=True)


@pytest.mark.parametrize("file", ["representation.py"])
def test_the_leaves_of_http_import_nothing_of_ours(file):
    assert not {name for name in _imported_modules(ROOT / "services/http" / file) if name.startswith("services")}


@pytest.mark.parametrize("room", ["handlers", "services"])
def test_each_module_has_a_test_file_of_its_own_name_or_says_where_it_is_tested(room):
    for module in (ROOT / room).rglob("*.py"):
        of_its_name = ROOT / "tests" / module.relative_to(ROOT).with_name(f"test_{module.name}")
        if module.name == "__init__.py" or of_its_name.is_file():
            continue
        docstring = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
        told = re.search(r"^Tested by (tests/[\w/]+\.py)\.$", docstring, re.MULTILINE)
        assert told, f"{module} has no {of_its_name.relative_to(ROOT)}, and no line 'Tested by tests/….py.'"
        assert (ROOT / told[1]).is_file(), f"{module} says that it is tested by {told[1]}"


def test_the_environment_is_read_in_one_place_alone():
    readers = [
        file.name
        for room in ("handlers", "services")
        for file in (ROOT / room).rglob("*.py")
        if "os.environ" in file.read_text("utf-8") or "os.getenv" in file.read_text("utf-8")
    ]
    assert readers == []


def test_each_kind_of_waiting_has_threads_of_its_own():
    """asyncio's own threads, which all share, are only for files of keys."""
    users = {
        file.name
        for room in ("handlers", "services")
        for file in (ROOT / room).rglob("*.py")
        if any(word in file.read_text("utf-8") for word in ("to_thread(", "run_in_executor(", "loop.getaddrinfo("))
    }
    assert users == {"open_bucket.py", "identity.py"}
