"""The links in a document: an HTML index, a playlist, or plain text with one URL a line.

Tested by tests/services/storage/web/test_listing.py.
"""

from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin

_LISTS = ("text/", "audio/x-mpegurl", "audio/mpegurl", "application/x-mpegurl", "application/vnd.apple.mpegurl")


def is_document(content_type: str) -> bool:
    """Whether content of this media type, in lower case, is read for links."""
    return content_type.startswith(_LISTS)


def linked_keys(document: bytes, content_type: str, url: str) -> list[str]:
    """The files below the folder of ``url`` that ``document``, which is at ``url``, links to.

    They are relative to that folder and unquoted, each once, in the document's order. Queries and fragments are
    dropped. Slow for a large document: call it in a thread.
    """
    folder = urljoin(url.partition("?")[0], ".")
    text = document.decode("utf-8", "replace")
    links = _html_links(text) if content_type == "text/html" else _lines(text)
    return list(dict.fromkeys(key for link in links if is_key(key := _key(link, url, folder))))


def is_key(name: str) -> bool:
    """Whether no part of the path ``name`` is empty, "." or "..": it then names a file below its folder."""
    return not {"", ".", ".."}.intersection(name.split("/"))


def _key(link: str, url: str, folder: str) -> str:
    """``link`` relative to ``folder``; "" if it is not below it."""
    try:
        location = urljoin(url, link).partition("#")[0].partition("?")[0]
    except ValueError:  # "http://[x"
        return ""
    return unquote(location.removeprefix(folder)) if location.startswith(folder) else ""


def _lines(text: str) -> Iterable[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _html_links(text: str) -> Iterable[str]:
    links = _Links()
    links.feed(text)
    return links.found


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Reads "<![" as a comment, as HTML says. The base class raises AssertionError for some of its keywords."""
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (link := dict(attributes).get("href")):
            self.found.append(link)
