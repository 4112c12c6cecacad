"""Links in the documents lead somewhere, and the README and the map stay short."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAP = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def _anchors(document: Path) -> set[str]:
    """The anchors that GitHub makes of headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_in_a_document_leads_to_something(document):
    text = document.read_text("utf-8")
    targets = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'src="([^"]+)"', text)]
    for target in targets:
        if re.match(r"https?:", target):
            continue
        name, _, anchor = target.partition("#")
        file = document.parent / name if name else document
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


def test_the_readme_is_read_in_a_few_minutes():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 130


def test_the_map_of_the_house_is_read_in_a_quarter_of_an_hour():
    assert len(MAP.split()) <= 2500


def test_every_file_that_the_map_names_is_there():
    """Each name in code quotes that looks like a file's must be the end of some path in the repository."""
    names = set(re.findall(r"`([\w./]+\.(?:py|js|conf|md))", MAP))
    assert [name for name in sorted(names) if not list(_files(name))] == []


def test_everything_in_a_file_that_the_map_names_is_there():
    """As in `storage/store.py:Stores.open`."""
    names = set(re.findall(r"`([\w./]+\.py):([\w.]+)`", MAP))
    assert names
    for file, name in sorted(names):
        assert any(name in _names(ast.parse(path.read_text("utf-8")).body) for path in _files(file)), f"{file}:{name}"


def test_every_test_that_the_table_of_attacks_names_is_there():
    names = re.findall(r"`(tests/[\w/]+\.py):(test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert len(names) > 20
    for file, name in names:
        assert name in _names(ast.parse((ROOT / file).read_text("utf-8")).body), f"{file}:{name}"


def _files(end: str) -> Iterable[Path]:
    """The files of the repository whose paths end so."""
    rooms = ("handlers", "services", "static", "deploy", "tests", "benchmarks")
    paths = [*ROOT.glob("*"), *(path for room in rooms for path in (ROOT / room).rglob("*"))]
    return (path for path in paths if path.as_posix().endswith(f"/{end}"))


def _names(body: list[ast.stmt], prefix: str = "") -> set[str]:
    """What is defined there: "Stores", "Stores.open"."""
    names = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(prefix + node.name)
        if isinstance(node, ast.ClassDef):
            names |= _names(node.body, f"{prefix}{node.name}.")
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {prefix + target.id for target in targets if isinstance(target, ast.Name)}
    return names
