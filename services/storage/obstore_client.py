"""Objects in Google Cloud Storage and Azure by obstore, which knows all the ways there are to show who asks.

obstore takes no name that is odd as a path ("a//b"): a list that has one fails as a whole. Then folder after folder is
listed, and what stands in the same folder as such a name is left out.
"""

import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import (
    BaseError,
    InvalidPathError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)

from services.errors import (
    FileVanished,
    FilmArchived,
    RepresentationChanged,
    StoreFault,
    StoreRefused,
    StoreTimeout,
    StoreUnavailable,
)
from services.http.representation import EntityTag
from services.storage.object_client import Body, ObjectStatus
from services.storage.refusals import error_code, is_archived, refusal

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

_log = logging.getLogger(__name__)

CONNECTIONS: "ClientConfig" = {
    "allow_http": True,  # where the operator says so
    "connect_timeout": timedelta(seconds=5),
    "timeout": timedelta(seconds=15),  # for a whole request: none of them takes a film
}
RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}

_BLOCK_BYTES = 256 * 1024  # half of it is what a paused viewer holds


class ObstoreClient:
    """An ObjectClient. ``store`` is obstore's; ``link_folder`` the URL of what its keys are relative to, if it can sign
    links to them; ``name`` is for the log."""

    def __init__(self, name: str, store: Any, link_folder: str | None) -> None:
        self._name = name
        self._store = store
        self._link_folder = link_folder
        self._left_out: set[str] = set()

    @property
    def link_origin(self) -> str | None:
        if self._link_folder is None:
            return None
        parts = urlsplit(self._link_folder)
        return f"{parts.scheme}://{parts.netloc}"

    async def objects(self, wanted: Callable[[str], bool]) -> AsyncGenerator[ObjectStatus, None]:
        listed: set[str] = set()
        with _translated():
            try:
                async for page in obstore.list(self._store, chunk_size=1000):
                    for meta in page:
                        if wanted(meta["path"]):
                            listed.add(meta["path"])
                            yield _status(meta)
            except InvalidPathError:
                async for meta in self._in_folders():
                    if meta["path"] not in listed and wanted(meta["path"]):
                        yield _status(meta)

    async def status(self, key: str) -> ObjectStatus:
        with _translated():
            return _status(await obstore.head_async(self._store, key))

    async def get(self, status: ObjectStatus, first: int, last: int) -> Body:
        return _Blocks(self._store, status, first, last)

    async def link(self, key: str, lasting_s: float) -> str | None:
        if self._link_folder is None:
            return None
        with _translated():
            link: str = await obstore.sign_async(self._store, "GET", key, timedelta(seconds=lasting_s))
            return link

    def close(self) -> None:
        pass

    async def _in_folders(self) -> AsyncGenerator[Any, None]:
        """What stands in each folder, but for those in which a name is odd."""
        left_out: dict[str, str] = {}
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                found = await obstore.list_with_delimiter_async(self._store, folder or None)
            except InvalidPathError as error:
                left_out[folder] = _first_line(error)
                continue
            folders += found["common_prefixes"]
            for meta in found["objects"]:
                yield meta
        for folder in left_out.keys() - self._left_out:
            _log.warning("%s: left out the folder %s: %s", self._name, ascii(folder), ascii(left_out[folder]))
        self._left_out = set(left_out)


class _Blocks:
    """A range by one request after the other: a stream of obstore's reads megabytes ahead of who takes them."""

    def __init__(self, store: Any, status: ObjectStatus, first: int, last: int) -> None:
        self._store = store
        self._status = status
        self._position = first
        self._end = last + 1
        self._block = memoryview(b"")

    async def read(self, length: int) -> bytes:
        if not self._block and self._position < self._end:
            await self._fetch(min(self._position + _BLOCK_BYTES, self._end))
        chunk = bytes(self._block[:length])
        self._block = self._block[length:]
        return chunk

    def close(self) -> None:
        self._block = memoryview(b"")

    async def _fetch(self, end: int) -> None:
        options: Any = {"range": (self._position, end), "if_match": str(self._status.entity_tag)}
        with _translated():
            result = await obstore.get_async(self._store, self._status.key, options=options)
            # Not every store knows If-Match.
            if _status(result.meta).entity_tag != self._status.entity_tag:
                raise RepresentationChanged("the store has another version")
            if result.range != (self._position, end):
                raise StoreFault("the store sends another range than was asked for")
            block = memoryview(await result.bytes_async())
        if len(block) != end - self._position:
            raise StoreUnavailable("cut")
        self._block, self._position = block, end


def _status(meta: Any) -> ObjectStatus:
    tag = (meta["e_tag"] or "").strip('"')  # Azure's listing has it without quotes
    if not tag or tag.startswith("W/"):
        raise StoreFault(f"the store has no strong entity tag for {meta['path']!r}")
    return ObjectStatus(meta["path"], meta["size"], EntityTag(tag), meta["last_modified"].astimezone(UTC))


@contextmanager
def _translated() -> Iterator[None]:
    """obstore's errors as ours. Of their text the first line: the rest is a dump."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileVanished(_first_line(error)) from None
    except PreconditionError:
        raise RepresentationChanged("the store has another version") from None
    except InvalidPathError as error:
        raise StoreFault(_first_line(error)) from None
    except (PermissionDeniedError, UnauthenticatedError) as error:
        if is_archived(error_code(str(error))):
            raise FilmArchived("it must be restored first") from None
        raise StoreRefused(refusal(str(error)) or _first_line(error)) from None
    except BaseError as error:
        if is_archived(error_code(str(error))):
            raise FilmArchived("it must be restored first") from None
        if reason := refusal(str(error)):
            raise StoreRefused(reason) from None
        timed_out = "timed out" in str(error)
        raise (StoreTimeout if timed_out else StoreUnavailable)(_first_line(error)) from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
