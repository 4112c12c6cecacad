"""A Store over the objects of a bucket, or the files of a web server.

An object's representation is what the store said of it last: in the list, or to a HEAD request less than 10 s ago. If
both are older, the store is asked again by HEAD, once for all concurrent requests.

Tested by tests/services/storage/cloud/test_open_bucket.py.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Container, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import eq
from urllib.parse import quote

from services.errors import FileVanished, FilmArchived, RepresentationChanged, StoreUnavailable
from services.http.representation import Representation
from services.storage.listing import Listing
from services.storage.remote.connection_limit import Parking
from services.storage.remote.edge_cache import Edges
from services.storage.remote.object_client import ObjectClient, ObjectStatus
from services.storage.remote.object_source import RECOVERY_S, ObjectSource
from services.storage.stored_file import StoredFile, Wanted
from services.threads import Threads

_log = logging.getLogger(__name__)

MOST_OBJECTS = 200_000  # they take some 100 MiB of memory while they are listed


@dataclass(frozen=True, slots=True)
class BucketTiming:
    """How often a store is asked, and how long callers wait for it. In seconds."""

    list_every_s: float = 60.0  # a listing of 10,000 objects is ten requests, and requests cost money
    listing_share: float = 20  # a slow listing begins again after twenty times as long as it took
    trouble_s: float = 10.0  # the pause after a listing that failed
    first_patience_s: float = 5.0  # how long callers wait for the first listing
    # For a HEAD; then the status known before is used, and If-Match still checks each range.
    status_patience_s: float = 5.0
    status_fresh_s: float = 10.0  # a status is used for so long without asking again
    recovery_s: float = RECOVERY_S

    def pause_s(self, took_s: float, failed: bool) -> float:
        """The pause after a listing."""
        return self.trouble_s if failed else max(self.list_every_s, self.listing_share * took_s) - took_s


class Bucket:
    """``name`` is for the log. ``films_url`` ("http://127.0.0.1:8000/videos/") is where the worker reads the films, at
    this server. ``parking`` and ``edges`` are shared with other buckets."""

    def __init__(
        self,
        name: str,
        client: ObjectClient,
        films_url: str,
        parking: Parking,
        edges: Edges,
        timing: BucketTiming | None = None,
        most_objects: int = MOST_OBJECTS,
    ) -> None:
        self._name = name
        self._timing = timing or BucketTiming()
        self._most_objects = most_objects
        self._films_url = films_url
        self._client = client
        self._parking = parking
        self._edges = edges
        self._listing = Listing(name, self._timing.first_patience_s, self._timing.pause_s)
        self._threads = Threads("list", most=1)
        self._is_too_large = False
        self._statuses: dict[str, tuple[ObjectStatus, float]] = {}  # by key; and when it was told
        self._asking: dict[str, asyncio.Task[ObjectStatus]] = {}
        self._replaced: dict[str, StoredFile] = {}  # by key: what is another than in the list

    async def files(self, wanted: Wanted) -> list[StoredFile]:
        """The files that are ``wanted``, as listed a minute ago at most; older if the store cannot be listed, or takes
        long. The same list object is returned until something changes."""
        await self._listing.files(lambda: self._listed(wanted))
        if self._replaced:
            await self._correct_list()
        return self._listing.known

    def unlisted(self) -> list[str]:
        return [] if self._listing.is_listed else [self._name]

    @asynccontextmanager
    async def open(self, file: StoredFile, media_type: str) -> AsyncIterator[ObjectSource]:
        status = await self._status(file)
        if status.is_archived:
            raise FilmArchived(file.path)
        if status.entity_tag != file.entity_tag and status.size:
            self._replaced[file.path] = _stored_file(status, self._films_url)
        representation, recovery_s = _representation(status, media_type), self._timing.recovery_s
        source = ObjectSource(self._client, status, representation, self._parking, self._edges, recovery_s)
        try:
            yield source
        except (RepresentationChanged, FileVanished):
            self._statuses[status.key] = (status, float("-inf"))  # so the next request asks the store again
            raise
        except FilmArchived:
            # Remembered for ``status_fresh_s``.
            self._statuses[status.key] = (replace(status, is_archived=True), time.monotonic())
            raise
        finally:
            source.close()

    async def link(self, file: StoredFile, lasting_s: float) -> str | None:
        if file.is_archived and (await self._status(file)).is_archived:
            raise FilmArchived(file.path)
        return await self._client.link(file.path, lasting_s)

    def link_origin(self) -> str | None:
        return self._client.link_origin

    def close(self) -> None:
        self._listing.close()
        for task in self._asking.values():
            task.cancel()
        self._client.close()
        self._threads.close()

    async def _listed(self, wanted: Wanted) -> list[StoredFile]:
        began_s = time.monotonic()
        objects = await self._objects(wanted)
        files = await self._threads.ask(_files, objects, wanted, self._films_url)
        self._statuses = {key: known for key, known in self._statuses.items() if known[1] > began_s}
        # In a thread: comparing ten thousand films takes 10 ms.
        return self._listing.known if await self._threads.ask(eq, files, self._listing.known) else files

    async def _correct_list(self) -> None:
        """Puts files that were replaced since they were listed into the list. The next listing is a minute away."""
        listed, replaced, self._replaced = self._listing.known, self._replaced, {}
        corrected = await self._threads.ask(lambda: [replaced.get(file.path, file) for file in listed])
        if self._listing.known is listed:
            self._listing.known = corrected

    async def _objects(self, wanted: Wanted) -> list[ObjectStatus]:
        """The objects that may be wanted. Whether they are depends on their siblings, which ``_files`` looks at."""
        objects: list[ObjectStatus] = []
        async with aclosing(self._client.objects(lambda key: _may_be_wanted(key, wanted))) as listing:
            async for status in listing:
                if len(objects) == self._most_objects:
                    self._warn_of_size()
                    break
                objects.append(status)
        return objects

    def _warn_of_size(self) -> None:
        if not self._is_too_large:
            _log.warning("%s has more than %d objects: the rest is left out", self._name, self._most_objects)
        self._is_too_large = True

    async def _status(self, file: StoredFile) -> ObjectStatus:
        """The object's status, less than ``status_fresh_s`` old; an older one if the store does not answer in time."""
        # For an archived object, HEAD is asked: the list does not tell whether it was restored.
        listed_s = float("-inf") if file.is_archived else self._listing.listed_s
        known, since_s = self._statuses.get(file.path) or (_listed_status(file), listed_s)
        if time.monotonic() - since_s < self._timing.status_fresh_s:
            return known
        try:
            async with asyncio.timeout(self._timing.status_patience_s):
                return await self._asked(file.path)
        except (StoreUnavailable, TimeoutError):
            return known

    async def _asked(self, key: str) -> ObjectStatus:
        """The answer to a HEAD request, shared by all who ask meanwhile."""
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._client.status(key))
            self._asking[key].add_done_callback(lambda done: self._told(key, done))
        return await asyncio.shield(self._asking[key])

    def _told(self, key: str, asked: asyncio.Task[ObjectStatus]) -> None:
        del self._asking[key]
        if not asked.cancelled() and asked.exception() is None:
            self._statuses[key] = (asked.result(), time.monotonic())


class _Everything(Container[str]):
    """Contains every name: siblings are not known while a list is read."""

    def __contains__(self, name: object) -> bool:
        return True


def _may_be_wanted(key: str, wanted: Wanted) -> bool:
    return not _is_hidden(key) and bool(wanted(key.rpartition("/")[2], _Everything()))


def _files(objects: Sequence[ObjectStatus], wanted: Wanted, films_url: str) -> list[StoredFile]:
    names = _names_by_folder(each.key for each in objects)
    return [_stored_file(each, films_url) for each in objects if each.size and _is_wanted(each.key, names, wanted)]


def _stored_file(status: ObjectStatus, films_url: str) -> StoredFile:
    location, modified_s = films_url + quote(status.key), status.modified.timestamp()
    return StoredFile(status.key, location, status.size, modified_s, 0, status.entity_tag, status.is_archived)


def _names_by_folder(keys: Iterable[str]) -> dict[str, set[str]]:
    """The names in each folder: of objects, and of folders with objects below them."""
    names: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        folder, _, name = key.rpartition("/")
        while name and name not in names[folder]:
            names[folder].add(name)
            folder, _, name = folder.rpartition("/")
    return names


def _is_wanted(key: str, names: Mapping[str, set[str]], wanted: Wanted) -> bool:
    folder, _, name = key.rpartition("/")
    return bool(wanted(name, names[folder]))  # an ambiguous name is listed: reading the file would be a request


def _is_hidden(key: str) -> bool:
    return any(part.startswith(".") for part in key.split("/"))


def _listed_status(file: StoredFile) -> ObjectStatus:
    modified = datetime.fromtimestamp(file.modified_s, UTC)
    return ObjectStatus(file.path, file.size, file.entity_tag, modified, file.is_archived)


def _representation(status: ObjectStatus, media_type: str) -> Representation:
    modified = min(status.modified.replace(microsecond=0), datetime.now(UTC).replace(microsecond=0))
    return Representation(status.size, media_type, status.entity_tag, modified)
