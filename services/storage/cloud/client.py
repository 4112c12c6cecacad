"""Lists and reads the objects of a cloud, over our own HTTP client.

To a store, a key is a string, and so it is here. (obstore takes keys for paths: it fails for a page of the list with a
key that is none, such as "a//b.mp4", "..", or a tab, and changes keys that begin or end with "/".) Every key that a
browser can ask for is a film's path; ``_oddity`` says which cannot be. These are named in one warning. Hidden and
empty objects, and those that are not wanted, are left out silently.

Listing 200,000 objects takes 4 s of processor time (obstore: 3), and no more memory than the list itself.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

from services.errors import FilmArchived, StoreFault, StoreUnavailable
from services.http_client.body import HttpBody
from services.http_client.client import HttpClient
from services.storage.cloud.cloud import Cloud, Page
from services.storage.cloud.xml_listing import MAX_LISTING_BYTES
from services.storage.remote.head_status import head_status
from services.storage.remote.object_client import ObjectStatus
from services.storage.remote.objections import objection
from services.storage.remote.ranged_get import get_range

_log = logging.getLogger(__name__)

MOST_PAGES = 10_000  # of up to a thousand objects each
PAUSES_S = (0.5, 1.0, 2.0)  # before each retry of a page
_AT_ONCE = 100  # objects; then other tasks run
_MOST_TOLD = 1000  # objects that are remembered as logged
_NAMED = 5  # objects in one warning


class CloudClient:
    """An ObjectClient. ``name`` is for the log. A page that fails is asked for again after each of ``pauses_s``.
    A list of more than ``most_pages`` is given up."""

    def __init__(
        self,
        name: str,
        http: HttpClient,
        cloud: Cloud,
        most_pages: int = MOST_PAGES,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self._most_pages = most_pages
        self._pauses_s = pauses_s
        self._http = http
        self._cloud = cloud
        self._left_out = _Warnings(f"{name}: left out")
        self._archived = _Warnings(f"{name}: to be restored from the store's archive before they can be played:")

    @property
    def link_origin(self) -> str | None:
        return self._cloud.link_origin

    async def objects(self, wanted: Callable[[str], bool]) -> AsyncGenerator[ObjectStatus, None]:
        """As in ObjectClient. Logs one warning for objects left out, and one for those in an archive."""
        left_out: dict[str, str] = {}
        archived: dict[str, str] = {}
        try:
            async for status in self._listed():
                oddity = _oddity(status)
                if oddity and status.size and wanted(status.key.rstrip("/").rpartition("/")[2]):
                    left_out |= {ascii(status.key): oddity} if len(left_out) < _MOST_TOLD else {}
                elif not oddity and wanted(status.key):
                    if status.is_archived and len(archived) < _MOST_TOLD:
                        archived[ascii(status.key)] = ""
                    yield status
        finally:
            self._left_out.tell(left_out)
            self._archived.tell(archived)

    async def status(self, key: str) -> ObjectStatus:
        request = await self._cloud.to_head(key)
        answer = await self._http.request("HEAD", request.url, request.fields)
        try:
            if answer.status != HTTPStatus.OK:
                raise await objection(answer, request.url)
            return replace(head_status(key, answer.fields), is_archived=self._cloud.is_archived(answer.fields))
        finally:
            answer.body.close()

    async def get(self, status: ObjectStatus, first: int, last: int) -> HttpBody:
        if status.is_archived:
            raise FilmArchived("it must be restored first")
        request = await self._cloud.to_get(status.key)
        return await get_range(self._http, request.url, status, first, last, request.fields)

    async def link(self, key: str, lasting_s: float) -> str | None:
        return await self._cloud.link(key, lasting_s)

    def close(self) -> None:
        self._http.close()

    async def _listed(self) -> AsyncGenerator[ObjectStatus, None]:
        """All objects, page by page. Raises StoreFault if a page leads to itself, or there are too many pages."""
        beginning = ""
        for _ in range(self._most_pages):
            page = await self._page_patiently(beginning)
            for number, status in enumerate(page.objects):
                yield status
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)
            if not page.following:
                return
            if page.following == beginning:
                break
            beginning = page.following
        raise StoreFault("its list has no end")

    async def _page_patiently(self, beginning: str) -> Page:
        """The page that begins at ``beginning``. Tries again if it fails in a way that may pass."""
        for pause_s in self._pauses_s:
            try:
                return await self._page(beginning)
            except StoreUnavailable as error:
                _log.info("asking again for a page of the list: %s", error)
            await asyncio.sleep(pause_s)
        return await self._page(beginning)

    async def _page(self, beginning: str) -> Page:
        request = await self._cloud.to_list(beginning)
        answer = await self._http.request("GET", request.url, request.fields)
        try:
            if answer.status != HTTPStatus.OK:
                raise await objection(answer, request.url)
            page = await self._cloud.page(await answer.body.whole(MAX_LISTING_BYTES))
            if not page.following:
                answer.body.end_connection()  # the next request for a list comes in a minute
            return page
        finally:
            answer.body.close()


class _Warnings:
    """Logs objects, each once, several in one warning. Stops after _MOST_TOLD objects."""

    def __init__(self, beginning: str) -> None:
        self._beginning = beginning
        self._told: set[str] = set()

    def tell(self, objects: Mapping[str, str]) -> None:
        """``objects`` maps names, ready for the log, to reasons, which may be ""."""
        new = [name for name in objects if name not in self._told]
        if not new or len(self._told) >= _MOST_TOLD:
            return
        self._told.update(new)
        named = [f"{name} ({objects[name]})" if objects[name] else name for name in new[:_NAMED]]
        more = f" and {len(new) - _NAMED} more" if len(new) > _NAMED else ""
        _log.warning("%s %s%s", self._beginning, ", ".join(named), more)


def _oddity(status: ObjectStatus) -> str:
    """Why nobody could play the object; "" if it can be played.

    - A part "." or "..": browsers resolve these before they ask, percent-encoded ones too.
    - Empty, or with "/" at the end: it would be a folder's path.
    - A NUL, or not UTF-8: it cannot be in a URL or in JSON.
    - No strong entity tag: nothing would tell one version from another.

    Empty parts ("a//b.mp4", "/b.mp4"), control characters and line ends are fine, since every URL has the key
    percent-encoded, except "/". nginx must not merge slashes then (deploy/nginx.conf).
    """
    key = status.key
    if not {".", ".."}.isdisjoint(key.split("/")):
        return 'browsers ask for no "." and ".."'
    if not key or key.endswith("/"):
        return "its name is that of a folder"
    if "\0" in key or not _is_text(key):
        return "its name is no text"
    return "" if status.entity_tag.opaque else "it has no strong entity tag"


def _is_text(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True
