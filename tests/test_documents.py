"""Links in the documents lead somewhere, and the README and the map stay short."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
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
    assert len((ROOT / "ARCHITECTURE.md").read_text("utf-8").split()) <= 2500


def test_every_file_that_the_map_names_is_there():
    """Each name in code quotes that looks like a file's must be the end of some path in the repository."""
    names = set(re.findall(r"`([\w./]+\.(?:py|js|conf|md))", (ROOT / "ARCHITECTURE.md").read_text("utf-8")))
    rooms = ("handlers", "services", "static", "deploy", "tests", "benchmarks")
    paths = [*ROOT.glob("*"), *(path for room in rooms for path in (ROOT / room).rglob("*"))]
    assert [name for name in sorted(names) if not any(path.as_posix().endswith(f"/{name}") for path in paths)] == []
