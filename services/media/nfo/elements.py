"""XML as a tree of elements, parsed within bounds. For the worker alone.

expat resolves no entity that a document declares, since a declaration ends the parsing, and fetches nothing. What is
too deep or too much ends it as well.
"""

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

MOST_ELEMENTS = 20_000
MOST_DEPTH = 32
MOST_TEXT = 10_000  # characters of one element; the rest is left out


class NoXml(Exception):
    """The text is no XML, or goes beyond the bounds."""


@dataclass(slots=True)
class Element:
    """``text`` is the element's own, without that of elements in it. ``tag`` and names of attributes are in lower
    case."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, tag: str) -> list["Element"]:
        """The elements of this tag directly in this one."""
        return [child for child in self.children if child.tag == tag]

    def texts(self, *tags: str) -> list[str]:
        """What the elements of these tags say that say anything: those of the first tag first."""
        return [text for tag in tags for child in self.all(tag) if (text := child.text.strip())]


def parsed(text: str) -> Element:
    """The root of the document. Where the document breaks off or ends in something else, it has those elements that
    were complete before. Raises NoXml if there is none."""
    building = _Building()
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.add
    parser.EntityDeclHandler = building.refuse
    try:
        parser.Parse(text.encode("utf-8"), True)
    except ExpatError as error:
        if not building.root.children:
            raise NoXml(str(error)) from error
    return building.root


class _Building:
    """The tree so far: ``root``, with those elements directly in it that are complete."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open: list[Element] = []
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= MOST_DEPTH:
            raise NoXml("it has too many elements, or too deep ones")
        element = Element(tag.lower(), {name.lower(): value for name, value in attributes.items()})
        if not self._open:
            self.root = element
        self._open.append(element)

    def end(self, tag: str) -> None:
        element = self._open.pop()
        if self._open:
            self._open[-1].children.append(element)

    def add(self, text: str) -> None:
        element = self._open[-1]
        element.text += text[: MOST_TEXT - len(element.text)]

    def refuse(self, *declaration: object) -> NoReturn:
        raise NoXml("it declares entities")
