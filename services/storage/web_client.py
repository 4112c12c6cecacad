"""Films of a web server: those that a document of it links to (its index, a play list, plain URLs), or a single one."""

import asyncio
import logging
import urllib.request
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urljoin, urlsplit

from services.errors import FileVanished, StorageError, StoreFault, StoreUnavailable
from services.http.representation import EntityTag
from services.storage.http_body import HttpBody
from services.storage.http_client import HttpClient
from services.storage.object_client import ObjectStatus
from services.storage.ranged_get import get_range

_log = logging.getLogger(__name__)

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
TIMEOUT_S = 15.0
_ASKED_AT_ONCE = 8
_DOCUMENTS = ("text/", "audio/x-mpegurl", "audio/mpegurl", "application/x-mpegurl", "application/vnd.apple.mpegurl")


class WebClient:
    """An ObjectClient. Keys are the names of links below the folder that ``url`` is in."""

    def __init__(self, url: str, http: HttpClient) -> None:
        self._url = url
        self._folder = urljoin(url.partition("?")[0], ".")
        self._http = http
        self._left_out: set[str] = set()

    @property
    def link_origin(self) -> str:
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc}"

    async def objects(self, wanted: Callable[[str], bool]) -> AsyncGenerator[ObjectStatus, None]:
        for status in await asyncio.to_thread(lambda: list(self._found())):
            if wanted(status.key):
                yield status

    def _found(self) -> Iterator[ObjectStatus]:
        with _answer(self._url, "GET") as answer:
            if not answer.headers.get_content_type().startswith(_DOCUMENTS):
                yield _status(unquote(urlsplit(self._url).path.rpartition("/")[2]), answer.headers)
                return
            document = answer.read(MAX_DOCUMENT_BYTES).decode("utf-8", "replace")
            links = _html_links(document) if answer.headers.get_content_type() == "text/html" else _lines(document)
        keys = dict.fromkeys(key for link in links if (key := self._key(link)))
        with ThreadPoolExecutor(_ASKED_AT_ONCE) as threads:
            yield from filter(None, threads.map(self._listed, keys))

    async def status(self, key: str) -> ObjectStatus:
        return await asyncio.to_thread(self._asked, key)

    async def get(self, status: ObjectStatus, first: int, last: int) -> HttpBody:
        return await get_range(self._http, self._location(status.key), status, first, last)

    async def link(self, key: str, lasting_s: float) -> str:
        return self._location(key)

    def close(self) -> None:
        self._http.close()

    def _key(self, link: str) -> str:
        """ "" for what is no file below the folder."""
        location = urljoin(self._url, link).partition("#")[0].partition("?")[0]
        if not location.startswith(self._folder) or location.endswith("/"):
            return ""
        return unquote(location.removeprefix(self._folder))

    def _location(self, key: str) -> str:
        is_the_only_one = quote(key) == urlsplit(self._url).path.rpartition("/")[2]
        return self._url if is_the_only_one else self._folder + quote(key)

    def _listed(self, key: str) -> ObjectStatus | None:
        try:
            return self._asked(key)
        except StorageError as error:
            if key not in self._left_out:
                _log.warning("left out %s: %s", ascii(key), error)
            self._left_out.add(key)
            return None

    def _asked(self, key: str) -> ObjectStatus:
        with _answer(self._location(key), "HEAD") as answer:
            return _status(key, answer.headers)


def _answer(url: str, method: str) -> "urllib.request._UrlopenRet":
    try:
        return urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=TIMEOUT_S)
    except HTTPError as error:
        error.close()
        if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise FileVanished("the web server does not have it") from None
        kind = StoreUnavailable if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR else StoreFault
        raise kind(f"the web server answers {error.code}") from None
    except (OSError, HTTPException) as error:
        raise StoreUnavailable(f"the web server cannot be reached: {error}") from None


def _status(key: str, fields: Message) -> ObjectStatus:
    """Raises StoreFault where the server does not say enough to read a range of one version and no other."""
    tag, length = fields.get("ETag", ""), fields.get("Content-Length", "")
    if len(tag) < 3 or not tag.startswith('"') or not length.isdecimal():
        raise StoreFault("it has no length, or no strong entity tag")
    try:
        modified = parsedate_to_datetime(fields.get("Last-Modified", "")).astimezone(UTC)
    except ValueError:
        modified = datetime.fromtimestamp(0, UTC)
    return ObjectStatus(key, int(length), EntityTag(tag[1:-1]), modified)


def _lines(document: str) -> list[str]:
    """A play list, or a plain list: a URL a line; the rest are comments."""
    return [line.strip() for line in document.splitlines() if line.strip() and not line.startswith("#")]


def _html_links(document: str) -> list[str]:
    links = _Links()
    links.feed(document)
    return links.found


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (link := dict(attributes).get("href")):
            self.found.append(link)
