"""Pages of a bucket's list (ListObjectsV2), for S3 and for Google's XML API, which is like it.

Tested by tests/services/storage/cloud/test_client.py.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote, unquote, unquote_plus, urlencode

from services.storage.cloud.cloud import Page
from services.storage.cloud.xml_listing import ListingPage, parse_listing
from services.storage.remote.head_status import NO_DATE, strong_tag
from services.storage.remote.object_client import ObjectStatus

_MOST_DIGITS = 18  # of a size in bytes
_ENCODED = re.compile(r"(?:[A-Za-z0-9_.~/!*'()-]|%[0-9A-Fa-f]{2})*")


def query_of_list(prefix: str, beginning: str) -> str:
    """The query for the page that begins at the token ``beginning``; "" for the first page.

    It asks for URL-encoded names, since XML cannot represent some characters.
    """
    query = {"list-type": "2", "encoding-type": "url"}
    if prefix:
        query["prefix"] = prefix
    if beginning:
        query["continuation-token"] = beginning
    return urlencode(query, quote_via=quote, safe="")


async def bucket_page(document: bytes, prefix: str, archives: frozenset[str] = frozenset()) -> Page:
    """Parses a page. ``archives``: storage classes whose objects must be restored first. Raises StoreFault."""
    listing = await parse_listing(document, "ListBucketResult", "Contents")
    is_last = listing.fields.get("IsTruncated") != "true"
    following = "" if is_last else listing.fields.get("NextContinuationToken", "")
    return Page(_objects(listing, prefix, archives), following)


def _objects(listing: ListingPage, prefix: str, archives: frozenset[str]) -> Iterator[ObjectStatus]:
    decoded = _decoding(listing)
    for record in listing.records:
        key = decoded(record.get("Key", ""))
        if key.startswith(prefix):
            yield ObjectStatus(
                key.removeprefix(prefix),
                size_in(record.get("Size", "")),
                strong_tag(record.get("ETag", "")),
                _date(record.get("LastModified", "")),
                record.get("StorageClass") in archives,
            )


def _decoding(listing: ListingPage) -> Callable[[str], str]:
    """How to decode the names of a page. If it does not say that they are URL-encoded, they are decoded only if all
    could be: some stores ignore ``encoding-type``, and some encode without saying so."""
    if listing.fields.get("EncodingType") == "url":
        return lambda key: unquote_plus(key, errors="surrogateescape")  # "+" is a space, as in forms
    if all(_ENCODED.fullmatch(record.get("Key", "")) for record in listing.records):
        return lambda key: unquote(key, errors="surrogateescape")
    return str


def size_in(text: str) -> int:
    """The size in bytes; 0 if ``text`` is not a plausible number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def _date(text: str) -> datetime:
    """In UTC and whole seconds, as HEAD tells it."""
    try:
        date = datetime.fromisoformat(text).replace(microsecond=0)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return NO_DATE
