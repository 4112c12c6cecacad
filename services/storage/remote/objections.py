"""What an answer means that is not the one that was asked for (RFC 9110 §15)."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from services.errors import FileVanished, FilmArchived, StorageError, StoreFault, StoreRefused, StoreUnavailable
from services.http_client.client import Answer
from services.storage.remote.error_advice import refusal, tells_of_archive

_MAX_DOCUMENT_BYTES = 64 * 1024  # those of stores are shorter than one
_PATIENCE_S = 2.0  # the status alone says enough

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}  # S3 has 400 for expired keys
_MAY_PASS = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


async def objection(answer: Answer, url: str) -> StorageError:
    """``url`` is what was asked for. The content of ``answer`` is read where it may say why."""
    status = answer.status
    if status in _MAY_PASS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return StoreUnavailable(f"the store answers {status}")
    if status in _REFUSED:
        answer.body.end_connection()  # who is refused has nothing more to ask
    document = await _document(answer)
    if tells_of_archive(document):
        return FilmArchived(f"the store answers {status}: it must be restored first")
    if reason := refusal(document):
        return StoreRefused(f"{reason} ({status})")
    if status in _GONE:
        return FileVanished(f"the store answers {status}")
    if status in _REFUSED:
        return StoreRefused(f"the store answers {status}")
    if (location := answer.fields.get("Location")) and status < HTTPStatus.BAD_REQUEST:
        return StoreFault(
            f"the store answers {status} and leads to {_shown(location, url)}: that address is to be given"
        )
    return StoreFault(f"the store answers {status}")


async def _document(answer: Answer) -> str:
    """Which says why; "" where there is none, or it does not come."""
    if code := answer.fields.get("x-ms-error-code"):  # Azure's answers to HEAD have it alone
        return f"<Code>{code}</Code>"
    document = b""
    if answer.body.remaining:
        with suppress(StorageError, TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                document = await answer.body.whole(_MAX_DOCUMENT_BYTES)
    return document.decode("latin-1")


def _shown(location: str, url: str) -> str:
    """Without what may be secret, or no text."""
    try:
        parts = urlsplit(urljoin(url, location))
    except ValueError:
        return "no address"
    return ascii(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
