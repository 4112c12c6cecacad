"""Films on a web server: all that one document links to (an index, a playlist, a list of URLs), or a single film.

Each minute, the document is read by GET, and each film, subtitle file and poster that it links to is asked for by HEAD,
eight at once. If a HEAD fails in a way that may pass (408, 429, 5xx, no answer), the film stays as it was listed. After
sixteen such failures in a row, or if all fail, the listing fails and the whole list stays. A single film is asked for
by GET, and its content is left unread: a link signed for GET is refused to HEAD.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from urllib.parse import quote, unquote, urljoin, urlsplit

from services.errors import StorageError, StoreFault, StoreUnavailable
from services.http_client.body import HttpBody
from services.http_client.client import HttpClient
from services.http_client.fields import Fields
from services.storage.remote.head_status import head_status
from services.storage.remote.object_client import ObjectStatus
from services.storage.remote.objections import objection
from services.storage.remote.ranged_get import get_range
from services.storage.web.links import is_document, is_key, linked_keys
from services.threads import Threads

_log = logging.getLogger(__name__)

MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
_ASKED_AT_ONCE = 8  # HEAD requests
_LOGGED = 300  # characters of a name in the log
_MAX_LOCATION = 8000  # characters of a URL; RFC 9110 §4.1: servers should support this length at least
_AWAY_AFTER = 16  # so many failures in a row are a failure of the web server

_Told = dict[str, ObjectStatus | StorageError]  # by key


class WebClient:
    """An ObjectClient. ``url`` is that of the document or film. Keys are URLs relative to its folder, unquoted."""

    def __init__(self, url: str, http: HttpClient) -> None:
        self._url = url
        self._folder = urljoin(url.partition("?")[0], ".")
        self._name = unquote(urlsplit(url).path.rpartition("/")[2])  # the key of a single film
        self._http = http
        self._threads = Threads("links", most=1)
        self._listed: dict[str, ObjectStatus] = {}
        self._left_out: set[str] = set()

    @property
    def link_origin(self) -> str:
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc}"

    async def objects(self, wanted: Callable[[str], bool]) -> AsyncGenerator[ObjectStatus, None]:
        for status in await self._found(wanted):
            yield status

    async def status(self, key: str) -> ObjectStatus:
        """As in ObjectClient. GET for a single film, HEAD for the films of a document."""
        location = self._location(key)
        if len(location) > _MAX_LOCATION:
            raise StoreFault(f"its URL has more than {_MAX_LOCATION} characters")
        answer = await self._http.request("GET" if key == self._name else "HEAD", location)
        try:
            if answer.status != HTTPStatus.OK:
                raise await objection(answer, location)
            return _status(key, answer.fields)
        finally:
            answer.body.close()

    async def get(self, status: ObjectStatus, first: int, last: int) -> HttpBody:
        return await get_range(self._http, self._location(status.key), status, first, last)

    async def link(self, key: str, lasting_s: float) -> str:
        return self._location(key)

    def close(self) -> None:
        self._http.close()
        self._threads.close()

    def _location(self, key: str) -> str:
        return self._url if key == self._name else self._folder + quote(key)

    async def _found(self, wanted: Callable[[str], bool]) -> Iterable[ObjectStatus]:
        answer = await self._http.request("GET", self._url)
        try:
            if answer.status != HTTPStatus.OK:
                raise await objection(answer, self._url)
            content_type = _media_type(answer.fields)
            if not is_document(content_type):
                return [_status(self._name, answer.fields)]
            document = await answer.body.whole(MAX_DOCUMENT_BYTES)
        finally:
            answer.body.close()
        # In a thread: a document of 4 MiB takes a second or more.
        keys = await self._threads.ask(_wanted_keys, document, content_type, self._url, wanted)
        return await self._statuses(keys)

    async def _statuses(self, keys: Iterable[str]) -> Iterable[ObjectStatus]:
        """The status of each key that has one. Raises StoreUnavailable if the web server as a whole fails."""
        told: _Told = {}
        waiting = iter(keys)
        async with asyncio.TaskGroup() as group:
            for _ in range(_ASKED_AT_ONCE):
                group.create_task(self._ask_in_turn(waiting, told))
        if error := _common_failure(told):
            raise error
        self._listed = dict(self._kept(told))
        self._warn_of_left_out({key: error for key, error in told.items() if key not in self._listed})
        return self._listed.values()

    async def _ask_in_turn(self, keys: Iterator[str], told: _Told) -> None:
        for key in keys:
            try:
                told[key] = await self.status(key)
            except StorageError as error:
                told[key] = error
            if len(told) >= _AWAY_AFTER and _common_failure(told):
                return

    def _kept(self, told: _Told) -> Iterator[tuple[str, ObjectStatus]]:
        """The new status of each key, or the one listed last if the failure may pass."""
        for key, status in told.items():
            if isinstance(status, ObjectStatus):
                yield key, status
            elif isinstance(status, StoreUnavailable) and key in self._listed:
                yield key, self._listed[key]

    def _warn_of_left_out(self, left_out: Mapping[str, object]) -> None:
        for key in left_out.keys() - self._left_out:
            _log.warning("left out %s: %s", ascii(key)[:_LOGGED], left_out[key])
        self._left_out = set(left_out)


def _wanted_keys(document: bytes, content_type: str, url: str, wanted: Callable[[str], bool]) -> list[str]:
    return [key for key in linked_keys(document, content_type, url) if wanted(key)]


def _common_failure(told: _Told) -> StoreUnavailable | None:
    """The newest failure, if the last _AWAY_AFTER answers, or all of fewer, are failures that may pass."""
    last = list(islice(reversed(told.values()), _AWAY_AFTER))
    failures = [each for each in last if isinstance(each, StoreUnavailable)]
    return failures[0] if failures and len(failures) == len(last) else None


def _media_type(fields: Fields) -> str:
    """Content-Type without parameters; the first, if there are several; "" if there is none."""
    return re.split("[;,]", fields.get("Content-Type", ""), maxsplit=1)[0].strip().lower()


def _status(key: str, fields: Fields) -> ObjectStatus:
    """The status of the film ``key``. Raises StoreFault if its name, length or entity tag is not usable."""
    if not is_key(key):
        raise StoreFault("it is no document, and has no name that a film can have")
    return head_status(key, fields)
