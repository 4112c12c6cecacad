"""Azure Blob Storage. Access is by a bearer token, by a shared access signature (SAS) that is given, or by one for the
container that the account's key signs for 15 minutes.

https://learn.microsoft.com/en-us/rest/api/storageservices/create-service-sas
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from services.http.dates import http_date, parse_http_date
from services.storage.cloud.bucket_pages import size_in
from services.storage.cloud.cloud import Page, Request
from services.storage.cloud.xml_listing import ListingPage, parse_listing
from services.storage.remote.head_status import NO_DATE, strong_tag
from services.storage.remote.object_client import ObjectStatus

_SIGNED_VERSION = "2020-12-06"  # of the signature's format
_VERSION = "2021-12-02"  # of the API; since 2021-02-12, lists encode names that XML cannot hold
MOST_IN_PAGE = 500  # a name may take 4 KB
_LASTS_S = 900.0  # for our own signatures: they are used at once, so this bounds the difference of clocks
_ARCHIVE = "Archive"


class AzureSigner:
    """Signs for a container with the account's key. Raises ValueError if the key is not Base64."""

    def __init__(self, account: str, container: str, account_key: str) -> None:
        self._resource = f"/blob/{account}/{container}"
        try:
            self._key = base64.b64decode(account_key, validate=True)
        except binascii.Error:
            raise ValueError("Invalid Access Key") from None

    def to_container(self) -> str:
        """A query (SAS) to list the container and read its blobs."""
        return self._query("c", "rl", self._resource, _LASTS_S)

    def to_blob(self, name: str, lasting_s: float) -> str:
        """A query (SAS) to read this blob only, for ``lasting_s`` seconds."""
        return self._query("b", "r", f"{self._resource}/{name}", lasting_s)

    def _query(self, kind: str, permissions: str, resource: str, lasting_s: float) -> str:
        expiry = (datetime.now(UTC) + timedelta(seconds=lasting_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
        none = ""
        signed = [permissions, none, expiry, resource, none, none, none, _SIGNED_VERSION, kind, *7 * [none]]
        signature = base64.b64encode(hmac.digest(self._key, "\n".join(signed).encode(), hashlib.sha256)).decode()
        return urlencode({"sv": _SIGNED_VERSION, "sr": kind, "sp": permissions, "se": expiry, "sig": signature})


class Azure:
    """A Cloud. ``container_url`` does not end in "/"; ``prefix`` is empty or ends in "/"."""

    def __init__(
        self,
        container_url: str,
        prefix: str,
        *,
        access: Callable[[], str] | None = None,
        token: Callable[[], Awaitable[str]] | None = None,
        link_query: Callable[[str, float], str] | None = None,
        most_in_page: int = MOST_IN_PAGE,
    ) -> None:
        """``access`` returns a query (SAS) for our requests, or ``token`` a bearer token; with neither, the container
        is public. ``link_query`` returns a query for viewers, by a blob's name and the seconds that it is to last;
        None: there are no links."""
        self._container_url = container_url
        self._most_in_page = most_in_page
        self._prefix = prefix
        self._access = access
        self._token = token
        self._link_query = link_query

    @property
    def link_origin(self) -> str | None:
        parts = urlsplit(self._container_url)
        return f"{parts.scheme}://{parts.netloc}" if self._link_query else None

    async def to_list(self, beginning: str) -> Request:
        query = {"restype": "container", "comp": "list", "maxresults": str(self._most_in_page)}
        if self._prefix:
            query["prefix"] = self._prefix
        if beginning:
            query["marker"] = beginning
        return await self._request(self._container_url, urlencode(query, quote_via=quote, safe=""))

    async def page(self, document: bytes) -> Page:
        listing = await parse_listing(document, "EnumerationResults", "Blob")
        return Page(_objects(listing, self._prefix), listing.fields.get("NextMarker", ""))

    async def to_get(self, key: str) -> Request:
        return await self._request(self._url(key))

    to_head = to_get

    def is_archived(self, fields: Mapping[str, str]) -> bool:
        return fields.get("x-ms-access-tier") == _ARCHIVE

    async def link(self, key: str, lasting_s: float) -> str | None:
        if self._link_query is None:
            return None
        return _with_query(self._url(key), self._link_query(self._prefix + key, lasting_s))

    def _url(self, key: str) -> str:
        return f"{self._container_url}/{quote(self._prefix + key)}"

    async def _request(self, url: str, query: str = "") -> Request:
        fields = {"x-ms-version": _VERSION}
        if self._token is not None:
            fields |= {"x-ms-date": http_date(datetime.now(UTC)), "Authorization": f"Bearer {await self._token()}"}
        return Request(_with_query(url, query, self._access() if self._access else ""), fields)


def _with_query(url: str, *queries: str) -> str:
    query = "&".join(filter(None, queries))
    return f"{url}?{query}" if query else url


def _objects(listing: ListingPage, prefix: str) -> Iterator[ObjectStatus]:
    for record in listing.records:
        name = record.get("Name", "")
        if name.startswith(prefix):
            yield ObjectStatus(
                name.removeprefix(prefix),
                size_in(record.get("Content-Length", "")),
                strong_tag(record.get("Etag", "")),
                parse_http_date(record.get("Last-Modified", "")) or NO_DATE,
                record.get("AccessTier") == _ARCHIVE,
            )
