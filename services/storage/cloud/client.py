"""Objects in a cloud, listed and read over our own HTTP client, whatever characters their names are of."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
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

MOST_PAGES = 10_000  # of a thousand objects each
_PAUSES_S = (0.5, 1.0, 2.0)  # before a page is asked for once more
_AT_ONCE = 100  # objects; then others have their turn
_MOST_TOLD = 1000  # objects that are remembered as told of
_NAMED = 5  # of them in one warning


class CloudClient:
    """An ObjectClient. ``name`` is for the log."""

    def __init__(self, name: str, http: HttpClient, cloud: Cloud) -> None:
        self._http = http
        self._cloud = cloud
        self._left_out = _Warnings(f"{name}: left out")
        self._archived = _Warnings(f"{name}: to be restored from the store's archive before they can be played:")

    @property
    def link_origin(self) -> str | None:
        return self._cloud.link_origin

    async def objects(self, wanted: Callable[[str], bool]) -> AsyncGenerator[ObjectStatus, None]:
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
        beginning = ""
        for _ in range(MOST_PAGES):
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
        for pause_s in _PAUSES_S:
            try:
                return await self._page(beginning)
            except StoreUnavailable as error:
                _log.info("asking for a page of a list once more: %s", error)
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
                answer.body.end_connection()  # the next list is asked for in a minute
            return page
        finally:
            answer.body.close()


class _Warnings:
    """One for all objects that were not told of before, until so many were told of that the log has enough."""

    def __init__(self, beginning: str) -> None:
        self._beginning = beginning
        self._told: set[str] = set()

    def tell(self, objects: Mapping[str, str]) -> None:
        """``objects`` has their names as they are to be shown, and why."""
        new = [name for name in objects if name not in self._told]
        if not new or len(self._told) >= _MOST_TOLD:
            return
        self._told.update(new)
        named = [f"{name} ({objects[name]})" if objects[name] else name for name in new[:_NAMED]]
        more = f" and {len(new) - _NAMED} more" if len(new) > _NAMED else ""
        _log.warning("%s %s%s", self._beginning, ", ".join(named), more)


def _oddity(status: ObjectStatus) -> str:
    """Why nobody could play it; "" where somebody could."""
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
