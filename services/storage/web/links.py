"""The links of a document: of an index in HTML, of a play list, or of a plain list with a URL a line."""

from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin

_LISTS = ("text/", "audio/x-mpegurl", "audio/mpegurl", "application/x-mpegurl", "application/vnd.apple.mpegurl")


def is_document(content_type: str) -> bool:
    return content_type.startswith(_LISTS)


def linked_keys(document: bytes, content_type: str, url: str) -> list[str]:
    """What it links to below the folder that ``url``, its own, is in: names relative to that, each once."""
    folder = urljoin(url.partition("?")[0], ".")
    text = document.decode("utf-8", "replace")
    links = _html_links(text) if content_type == "text/html" else _lines(text)
    return list(dict.fromkeys(key for link in links if is_key(key := _key(link, url, folder))))


def is_key(name: str) -> bool:
    """Whether it leads to a file, and not to another folder than it seems to."""
    return not {"", ".", ".."}.intersection(name.split("/"))


def _key(link: str, url: str, folder: str) -> str:
    """ "" for what is not below the folder."""
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
        """Over "<![" with a word that it does not know the parser raises AssertionError; HTML has it be a comment."""
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (link := dict(attributes).get("href")):
            self.found.append(link)
