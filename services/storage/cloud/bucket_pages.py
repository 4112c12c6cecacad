"""Pages of a bucket's list, as S3 has them, and Google after its example (ListObjectsV2)."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote, unquote, unquote_plus, urlencode

from services.storage.cloud.cloud import Page
from services.storage.cloud.xml_listing import Listing, parse_listing
from services.storage.remote.head_status import NO_DATE, strong_tag
from services.storage.remote.object_client import ObjectStatus

_MOST_DIGITS = 18  # of a size
_ENCODED = re.compile(r"(?:[A-Za-z0-9_.~/!*'()-]|%[0-9A-Fa-f]{2})*")


def query_of_list(prefix: str, beginning: str) -> str:
    """Names are asked for in URL encoding, since XML has no way to write some characters."""
    query = {"list-type": "2", "encoding-type": "url"}
    if prefix:
        query["prefix"] = prefix
    if beginning:
        query["continuation-token"] = beginning
    return urlencode(query, quote_via=quote, safe="")


async def bucket_page(document: bytes, prefix: str, archives: frozenset[str] = frozenset()) -> Page:
    """``archives`` are the storage classes whose objects cannot be read. Raises StoreFault."""
    listing = await parse_listing(document, "ListBucketResult", "Contents")
    is_last = listing.fields.get("IsTruncated") != "true"
    following = "" if is_last else listing.fields.get("NextContinuationToken", "")
    return Page(_objects(listing, prefix, archives), following)


def _objects(listing: Listing, prefix: str, archives: frozenset[str]) -> Iterator[ObjectStatus]:
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


def _decoding(listing: Listing) -> Callable[[str], str]:
    """How its names are to be read. Some stores leave them as they are, and some encode them and do not say so."""
    if listing.fields.get("EncodingType") == "url":
        return lambda key: unquote_plus(key, errors="surrogateescape")  # a space is "+", as in forms
    if all(_ENCODED.fullmatch(record.get("Key", "")) for record in listing.records):
        return lambda key: unquote(key, errors="surrogateescape")
    return str


def size_in(text: str) -> int:
    """In bytes; 0 where it is no size that there can be."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def _date(text: str) -> datetime:
    """In whole seconds, as the head of the object has it."""
    try:
        date = datetime.fromisoformat(text).replace(microsecond=0)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return NO_DATE
