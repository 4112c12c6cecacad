"""S3, of AWS and of other stores with its protocol.

Lists and HEAD are signed in fields. Films are read by the signed links that viewers get with ``--delivery redirect``.

Tested by tests/services/storage/cloud/test_client.py.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from services.http_client.client import NO_FIELDS
from services.storage.cloud.aws_signatures import AwsKeys, signed_fields, signed_link
from services.storage.cloud.bucket_pages import bucket_page, query_of_list
from services.storage.cloud.cloud import Page, Request

_LINK_LASTS_S = 900.0  # our own links are used at once, so this bounds the difference of clocks
_ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})  # objects of GLACIER_IR can be read at once


class S3:
    """A Cloud. ``bucket_url`` does not end in "/"; ``prefix`` is empty or ends in "/". Without ``keys`` the bucket is
    public."""

    def __init__(
        self, bucket_url: str, prefix: str, region: str, keys: Callable[[], Awaitable[AwsKeys]] | None
    ) -> None:
        self._bucket_url = bucket_url
        self._prefix = prefix
        self._region = region
        self._keys = keys

    @property
    def link_origin(self) -> str:
        parts = urlsplit(self._bucket_url)
        return f"{parts.scheme}://{parts.netloc}"

    async def to_list(self, beginning: str) -> Request:
        url = f"{self._bucket_url}?{query_of_list(self._prefix, beginning)}"
        return Request(url, await self._fields("GET", url))

    async def page(self, document: bytes) -> Page:
        return await bucket_page(document, self._prefix, _ARCHIVES)

    async def to_get(self, key: str) -> Request:
        return Request(await self.link(key, _LINK_LASTS_S))

    async def to_head(self, key: str) -> Request:
        url = self._url(key)
        return Request(url, await self._fields("HEAD", url))

    def is_archived(self, fields: Mapping[str, str]) -> bool:
        """As in Cloud: by the storage class, unless ``x-amz-restore`` says that a restored copy is there. With
        INTELLIGENT_TIERING, ``x-amz-archive-status`` says that the object is in an archive tier."""
        if 'ongoing-request="false"' in fields.get("x-amz-restore", ""):
            return False
        return fields.get("x-amz-storage-class") in _ARCHIVES or "x-amz-archive-status" in fields

    async def link(self, key: str, lasting_s: float) -> str:
        url = self._url(key)
        if self._keys is None:
            return url
        return signed_link(url, await self._keys(), self._region, lasting_s, datetime.now(UTC))

    def _url(self, key: str) -> str:
        return f"{self._bucket_url}/{quote(self._prefix + key)}"

    async def _fields(self, method: str, url: str) -> Mapping[str, str]:
        if self._keys is None:
            return NO_FIELDS
        return signed_fields(method, url, NO_FIELDS, await self._keys(), self._region, datetime.now(UTC))
