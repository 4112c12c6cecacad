"""Objects in S3, Google Cloud Storage and Azure by obstore, which knows their protocols, credentials and links."""

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
    RepresentationChanged,
    StorageError,
    StoreFault,
    StoreRefused,
    StoreTimeout,
    StoreUnavailable,
)
from services.http.representation import EntityTag
from services.storage.http_client import HttpClient
from services.storage.links import Links
from services.storage.object_client import Body, ObjectStatus
from services.storage.ranged_get import get_range
from services.storage.refusals import refusal

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

CONNECTIONS: "ClientConfig" = {
    "allow_http": True,  # where the operator says so
    "connect_timeout": timedelta(seconds=5),
    "timeout": timedelta(seconds=15),  # for a whole request: none of them takes a film
}
RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}

_BLOCK_BYTES = 256 * 1024  # half of it is what a paused viewer holds
_LINK_LASTS_S = 900.0  # it is used at once; this is what the clocks may be apart


class CloudClient:
    """``store`` is obstore's; ``folder`` the URL of what its keys are relative to.

    The bytes of films come by ``links`` over our own client; where there are none, by obstore in blocks.
    ``public_links`` are for viewers.
    """

    def __init__(
        self, store: Any, http: HttpClient, folder: str, links: Links | None, public_links: Links | None
    ) -> None:
        self._store = store
        self._http = http
        self._links = links
        self._public_links = public_links
        self._folder = folder

    @property
    def link_origin(self) -> str | None:
        parts = urlsplit(self._folder)
        return f"{parts.scheme}://{parts.netloc}" if self._public_links else None

    async def objects(self, wanted: Callable[[str], bool]) -> AsyncGenerator[ObjectStatus, None]:
        with _translated():
            async for page in obstore.list(self._store, chunk_size=1000):
                for meta in page:
                    if wanted(meta["path"]):
                        yield _status(meta)

    async def status(self, key: str) -> ObjectStatus:
        with _translated():
            return _status(await obstore.head_async(self._store, key))

    async def get(self, status: ObjectStatus, first: int, last: int) -> Body:
        if self._links is None:
            return _Blocks(self._store, status, first, last)
        try:
            with _translated():
                link = await self._links.link(status.key, _LINK_LASTS_S)
            return await get_range(self._http, link, status, first, last)
        except StoreRefused as error:
            raise await self._refused(status.key) or error from None

    async def link(self, key: str, lasting_s: float) -> str | None:
        if self._public_links is None:
            return None
        with _translated():
            return await self._public_links.link(key, lasting_s)

    def close(self) -> None:
        self._http.close()

    async def _refused(self, key: str) -> StoreRefused | None:
        """Why: obstore reads the document that comes with an error, which our own client does not."""
        try:
            with _translated():
                await obstore.get_async(self._store, key, options={"range": (0, 1)})
        except StoreRefused as error:
            return error
        except StorageError:
            pass
        return None


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
        raise StoreRefused(refusal(str(error)) or _first_line(error)) from None
    except BaseError as error:
        if reason := refusal(str(error)):
            raise StoreRefused(reason) from None
        timed_out = "timed out" in str(error)
        raise (StoreTimeout if timed_out else StoreUnavailable)(_first_line(error)) from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
