"""What an answer means that is not the one that was asked for (RFC 9110 §15)."""

from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from services.errors import FileVanished, StorageError, StoreFault, StoreRefused, StoreUnavailable
from services.storage.http_client import Answer

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}  # S3 has 400 for expired keys
_MAY_PASS = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


def objection(answer: Answer, url: str) -> StorageError:
    """``url`` is what was asked for."""
    code = answer.status
    if code in _GONE:
        return FileVanished(f"the store answers {code}")
    if code in _REFUSED:
        return StoreRefused(f"the store answers {code}")
    if code in _MAY_PASS or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return StoreUnavailable(f"the store answers {code}")
    if (location := answer.fields.get("Location")) and HTTPStatus(300) <= code < HTTPStatus.BAD_REQUEST:
        return StoreFault(f"the store answers {code} and leads to {_shown(location, url)}: that address is to be given")
    return StoreFault(f"the store answers {code}")


def _shown(location: str, url: str) -> str:
    """Without what may be secret, or no text."""
    try:
        parts = urlsplit(urljoin(url, location))
    except ValueError:
        return "no address"
    return ascii(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
