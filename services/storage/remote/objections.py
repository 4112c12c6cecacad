"""Maps a store's unexpected answers to our errors (RFC 9110 §15). What the viewer gets follows from the error:

    answer                               error                   before the first byte      later
    404, 410                             FileVanished            404                        closed
    412, 416, another entity tag         RepresentationChanged   asked once more, then 503  closed
    400, 401, 403, known error codes     StoreRefused            502                        closed
    the object is archived               FilmArchived            409                        closed
    3xx, 200 to Range, malformed HTTP    StoreFault              502                        closed
    408, 429, 5xx, refused, reset        StoreUnavailable        503 after 20 s             resumed for 20 s
    silence of 10 s                      StoreTimeout            503 after 30 s             resumed for 20 s
    no connection within 5 s             StoreTimeout            504 after 25 s             resumed for 20 s

"Closed" and the end of "resumed" close the viewer's connection. ranged_get.py maps what concerns ranges.
"""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from services.errors import FileVanished, FilmArchived, StorageError, StoreFault, StoreRefused, StoreUnavailable
from services.http_client.client import Answer
from services.storage.remote.error_advice import refusal, tells_of_archive

_MAX_DOCUMENT_BYTES = 64 * 1024  # stores' error documents are shorter than 1 KiB
PATIENCE_S = 2.0  # without the document, the status has to say enough

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}  # S3: 400 for expired keys
_MAY_PASS = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


async def objection(answer: Answer, url: str, patience_s: float = PATIENCE_S) -> StorageError:
    """The error for ``answer``, which came instead of the one expected. ``url`` is that of the request.

    The content of ``answer``, the store's error document, is read within ``patience_s``, for the reason that goes to
    the log. The connection of a refusal is not used again. Redirects are not followed, since each may lead to another
    version of the film.
    """
    status = answer.status
    if status in _MAY_PASS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return StoreUnavailable(f"the store answers {status}")
    if status in _REFUSED:
        answer.body.end_connection()  # there is nothing more to ask with these keys
    document = await _document(answer, patience_s)
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


async def _document(answer: Answer, patience_s: float) -> str:
    """The error document; "" if there is none, or it does not come in time."""
    if code := answer.fields.get("x-ms-error-code"):  # Azure's answers to HEAD have the code only here
        return f"<Code>{code}</Code>"
    document = b""
    if answer.body.remaining:
        with suppress(StorageError, TimeoutError):
            async with asyncio.timeout(patience_s):
                document = await answer.body.whole(_MAX_DOCUMENT_BYTES)
    return document.decode("latin-1")


def _shown(location: str, url: str) -> str:
    """The address in ``location`` without user and query, which may be secret, in ASCII for the log."""
    try:
        parts = urlsplit(urljoin(url, location))
    except ValueError:
        return "no address"
    return ascii(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
