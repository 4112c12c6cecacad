"""Objects in S3, Google Cloud Storage and Azure by obstore, which knows their protocols, credentials and links."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

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
from services.storage.object_client import Body, ObjectStatus
from services.storage.ranged_get import get_range
from services.storage.refusals import refusal

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

# For listing, status and credentials. Both count whole requests, so they do not fit a film, which takes hours.
BRIEF: "ClientConfig" = {
    "allow_http": True,  # where the operator says so
    "connect_timeout": timedelta(seconds=5),
    "timeout": timedelta(seconds=15),
}
BRIEF_RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
# For the bytes of films: a stall ends them, and a viewer who pauses is none (the time counts while we read).
LONG: "ClientConfig" = BRIEF | {"timeout": timedelta(days=2), "read_timeout": timedelta(seconds=30)}
NO_RETRIES: "RetryConfig" = {"max_retries": 0, "retry_timeout": timedelta(days=2)}

_LINK_LASTS_S = 900.0  # it is used at once; this is what the clocks may be apart


class CloudClient:
    """``store`` is obstore's, for everything that is brief; ``bodies`` is the same with other time limits.

    ``signs``: whether there are keys to sign links with; a public bucket is read without any.
    """

    def __init__(self, store: Any, bodies: Any, signs: bool = True) -> None:
        self._store = store
        self._bodies = bodies
        self._signs = signs

    def objects(self) -> Iterator[ObjectStatus]:
        with _translated():
            for page in obstore.list(self._store, chunk_size=1000):
                yield from map(_status, page)

    async def status(self, key: str) -> ObjectStatus:
        with _translated():
            return _status(await obstore.head_async(self._store, key))

    async def get(self, status: ObjectStatus, first: int, last: int) -> Body:
        with _translated():
            result = await obstore.get_async(
                self._bodies, status.key, options={"range": (first, last + 1), "if_match": str(status.entity_tag)}
            )
        if _status(result.meta).entity_tag != status.entity_tag:
            raise RepresentationChanged("the store has another version")
        if result.range != (first, last + 1):
            raise StoreFault("the store sends another range than was asked for")
        return _StreamedBody(aiter(result.stream(min_chunk_size=1)))

    async def link(self, key: str, lasting_s: float) -> str | None:
        if not self._signs:
            return None
        with _translated():
            return await obstore.sign_async(self._store, "GET", key, timedelta(seconds=lasting_s))

    def close(self) -> None:
        """Nothing to do: obstore's connections end with it."""


class AzureClient(CloudClient):
    async def link(self, key: str, lasting_s: float) -> str | None:
        if quote(key) != key:  # obstore 0.12 signs the name as it is encoded, where Azure wants it as it is
            return None
        try:
            return await super().link(key, lasting_s)
        except StoreUnavailable as error:
            if "SAS tokens auth is not supported" in str(error):  # a SAS token signs nothing, and is not to be shared
                return None
            raise


class S3Client(CloudClient):
    """The bytes of films come by links and our own client, which holds less for a viewer who pauses.

    ``unsigned_links``: a store whose links are good without their signatures, where the bucket is public.
    """

    def __init__(self, store: Any, http: HttpClient, unsigned_links: Any = None) -> None:
        super().__init__(store, store)
        self._http = http
        self._unsigned_links = unsigned_links

    async def get(self, status: ObjectStatus, first: int, last: int) -> Body:
        try:
            return await get_range(self._http, await self.link(status.key, _LINK_LASTS_S), status, first, last)
        except StoreRefused as error:
            raise await self._refused(status.key) or error from None

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

    async def link(self, key: str, lasting_s: float) -> str:
        signer = self._unsigned_links or self._store
        with _translated():
            link: str = await obstore.sign_async(signer, "GET", key, timedelta(seconds=lasting_s))
        return link.partition("?")[0] if self._unsigned_links else link

    def close(self) -> None:
        self._http.close()


class _StreamedBody:
    def __init__(self, pieces: AsyncIterator[Any]) -> None:
        self._pieces = pieces
        self._read = b""

    async def read(self, length: int) -> bytes:
        parts = [self._read]
        while sum(map(len, parts)) < length:
            with _translated():
                piece = await anext(self._pieces, None)
            if piece is None:
                break
            parts.append(bytes(piece))
        chunk = b"".join(parts)
        self._read = chunk[length:]
        return chunk[:length]

    def close(self) -> None:
        self._pieces = _nothing()


async def _nothing() -> AsyncIterator[Any]:
    return
    yield


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
