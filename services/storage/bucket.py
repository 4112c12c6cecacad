"""A store of objects as a store of films."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from services.errors import FileVanished, RepresentationChanged, StorageError, StoreUnavailable
from services.http.representation import Representation
from services.storage.edges import Edges
from services.storage.folder import StoredFile, Wanted
from services.storage.object_client import ObjectClient, ObjectStatus
from services.storage.object_source import ObjectSource
from services.storage.parking import Parking

_log = logging.getLogger(__name__)

LIST_EVERY_S = 60.0  # a listing of 10,000 objects is ten requests, which cost money
TROUBLE_S = 10.0  # and one that failed is not tried again before
STATUS_FRESH_S = 10.0  # what an object was so long ago, it is taken to be still; every byte is checked all the same


class Bucket:
    """``name`` is for the log; ``films_url`` ("http://127.0.0.1:8000/videos/") is where this server has its films."""

    def __init__(self, name: str, client: ObjectClient, films_url: str, parking: Parking, edges: Edges) -> None:
        self._name = name
        self._films_url = films_url
        self._client = client
        self._parking = parking
        self._edges = edges
        self._listed: list[ObjectStatus] = []
        self._files: dict[Wanted, list[StoredFile]] = {}  # of those
        self._listed_s = float("-inf")
        self._list_again_s = float("-inf")
        self._in_trouble = False
        self._statuses: dict[str, tuple[ObjectStatus, float]] = {}  # and since when
        self._asking: dict[str, asyncio.Task[ObjectStatus]] = {}

    def files(self, wanted: Wanted) -> list[StoredFile]:
        """As of a minute ago at most; as they were, while the store cannot be listed. The very same list meanwhile."""
        if time.monotonic() >= self._list_again_s:
            self._list()
        if wanted not in self._files:
            self._files[wanted] = self._chosen(wanted)
        return self._files[wanted]

    def _chosen(self, wanted: Wanted) -> list[StoredFile]:
        names = _names_by_folder(each.key for each in self._listed)
        return [
            StoredFile(
                each.key,
                self._films_url + quote(each.key),
                each.size,
                each.modified.timestamp(),
                0,
                each.entity_tag,
            )
            for each in self._listed
            if each.size and not _is_hidden(each.key) and _is_wanted(each.key, names, wanted)
        ]

    @asynccontextmanager
    async def open(self, file: StoredFile, media_type: str) -> AsyncIterator[ObjectSource]:
        status = await self._status(file)
        source = ObjectSource(self._client, status, _representation(status, media_type), self._parking, self._edges)
        try:
            yield source
        except (RepresentationChanged, FileVanished):
            self._statuses[status.key] = (status, float("-inf"))  # it is asked again
            raise
        finally:
            source.close()

    async def link(self, file: StoredFile, lasting_s: float) -> str | None:
        return await self._client.link(file.path, lasting_s)

    async def link_origin(self) -> str | None:
        try:
            link = await self._client.link("film.mp4", 1.0)
        except StorageError as error:
            _log.error("%s has no links: %s", self._name, error)
            return None
        return link and f"{urlsplit(link).scheme}://{urlsplit(link).netloc}"

    def close(self) -> None:
        self._client.close()

    def _list(self) -> None:
        began_s = time.monotonic()
        try:
            self._listed = list(self._client.objects())
            self._files.clear()
        except StorageError as error:
            if not self._in_trouble:
                _log.error("%s cannot be listed: %s", self._name, error)
            self._in_trouble = True
            self._list_again_s = time.monotonic() + TROUBLE_S
        else:
            self._in_trouble = False
            self._listed_s = began_s
            self._list_again_s = began_s + LIST_EVERY_S

    async def _status(self, file: StoredFile) -> ObjectStatus:
        """What the object is now; what it was last, where the store does not say."""
        known, since_s = self._statuses.get(file.path) or (_listed_status(file), self._listed_s)
        if time.monotonic() - since_s < STATUS_FRESH_S:
            return known
        try:
            return await self._asked(file.path)
        except StoreUnavailable:
            return known

    async def _asked(self, key: str) -> ObjectStatus:
        """All who want to know at once are told by one request."""
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._client.status(key))
            self._asking[key].add_done_callback(lambda done: self._told(key, done))
        return await asyncio.shield(self._asking[key])

    def _told(self, key: str, asked: asyncio.Task[ObjectStatus]) -> None:
        del self._asking[key]
        if not asked.cancelled() and asked.exception() is None:
            self._statuses[key] = (asked.result(), time.monotonic())


def _names_by_folder(keys: Iterable[str]) -> dict[str, set[str]]:
    """What stands in each folder: objects, and folders that have some."""
    names: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        folder, _, name = key.rpartition("/")
        while name and name not in names[folder]:
            names[folder].add(name)
            folder, _, name = folder.rpartition("/")
    return names


def _is_wanted(key: str, names: Mapping[str, set[str]], wanted: Wanted) -> bool:
    folder, _, name = key.rpartition("/")
    return wanted(name, names[folder])


def _is_hidden(key: str) -> bool:
    return any(part.startswith(".") for part in key.split("/"))


def _listed_status(file: StoredFile) -> ObjectStatus:
    return ObjectStatus(file.path, file.size, file.entity_tag, datetime.fromtimestamp(file.modified_s, UTC))


def _representation(status: ObjectStatus, media_type: str) -> Representation:
    modified = min(status.modified.replace(microsecond=0), datetime.now(UTC).replace(microsecond=0))
    return Representation(status.size, media_type, status.entity_tag, modified)
