"""Parses XML documents of stores: lists of objects, and keys from STS.

Documents with a document type are refused, so there are no entities to expand. The parser runs on the event loop in
steps of 16 KiB, half a millisecond each.

Tested by tests/services/storage/cloud/test_client.py.
"""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.parsers import expat

from services.errors import StoreFault

MAX_LISTING_BYTES = 4 * 1024 * 1024  # a page of 1,000 names of the greatest length
_STEP_BYTES = 16 * 1024


@dataclass(slots=True)
class ListingPage:
    """The text of each leaf element, by its name: in ``fields`` those of the page, in ``records`` those of objects."""

    fields: dict[str, str] = field(default_factory=dict)
    records: list[dict[str, str]] = field(default_factory=list)


async def parse_listing(document: bytes, root: str, record: str) -> ListingPage:
    """Parses a page whose root element is ``root`` and whose objects are in elements ``record``.

    Raises StoreFault.
    """
    parser = _Parser(root, record)
    for begin in range(0, len(document), _STEP_BYTES):
        parser.feed(document[begin : begin + _STEP_BYTES])
        await asyncio.sleep(0)  # lets other tasks run
    return parser.end()


class _Parser:
    def __init__(self, root: str, record: str) -> None:
        self._listing = ListingPage()
        self._root = root
        self._record = record
        self._fields = self._listing.fields  # of the open element: the page, or an object
        self._text: list[str] = []
        self._is_encoded = False
        self._depth = 0
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text.append
        self._expat.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes) -> None:
        self._parse(piece, False)

    def end(self) -> ListingPage:
        self._parse(b"", True)
        return self._listing

    def _parse(self, piece: bytes, is_last: bool) -> None:
        try:
            self._expat.Parse(piece, is_last)
        except (expat.ExpatError, ValueError, LookupError) as error:  # also from an unknown encoding
            raise StoreFault(f"its list cannot be read: {error}") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._depth and name != self._root:
            raise StoreFault(f"there is no {self._root} in its answer")
        self._depth += 1
        self._text.clear()
        self._is_encoded = attributes.get("Encoded") == "true"  # Azure: names with characters that XML cannot hold
        if name == self._record:
            self._fields = {}

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == self._record:
            self._listing.records.append(self._fields)
            self._fields = self._listing.fields
        elif self._text:
            text = "".join(self._text)
            self._fields[name] = unquote(text, errors="surrogateescape") if self._is_encoded else text
        self._text.clear()

    def _refuse(self, *_: object) -> None:
        raise StoreFault("its list has a document type, which could make it any size")
