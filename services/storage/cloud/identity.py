"""What the ways to temporary keys and tokens have in common: requests to an identity service, and their answers.

Keys and tokens are renewed 5 minutes before they expire, not when the store refuses them.
"""

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from services.errors import StoreFault, StoreRefused
from services.http_client.client import NO_FIELDS, HttpClient, Method
from services.http_client.timeouts import Patience
from services.storage.remote.objections import objection

RENEWED_AHEAD_S = 300.0  # how long before their expiry keys and tokens are renewed
SHORTEST_S = 1.0  # the least time between two renewals
_MAX_ANSWER_BYTES = 64 * 1024
_NEARBY = Patience(connect_s=2.0)  # a metadata service is near, or there is none


async def document(
    http: HttpClient | None, method: Method, url: str, fields: Mapping[str, str] = NO_FIELDS, content: bytes = b""
) -> bytes:
    """The content at ``url``. Without ``http`` it is asked for directly, without a proxy: a metadata service of this
    machine. Raises StorageError.
    """
    if http is None:
        nearby = HttpClient(_NEARBY)
        try:
            return await document(nearby, method, url, fields, content)
        finally:
            nearby.close()
    answer = await http.request(method, url, fields, content)
    try:
        if answer.status != HTTPStatus.OK:
            raise await objection(answer, url.partition("?")[0])
        return await answer.body.whole(_MAX_ANSWER_BYTES)
    finally:
        answer.body.close()


def parsed(text: bytes) -> dict[str, Any]:
    """The JSON object in ``text``. Raises StoreFault if there is none."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise StoreFault("the answer that should have keys or a token is not a JSON object")
    return found


def token(text: bytes) -> tuple[str, float]:
    """The access token in an answer (RFC 6749 §5.1), and for how many seconds to use it. Raises StoreFault."""
    found = parsed(text)
    lasting_s = str(found.get("expires_in", ""))
    if not found.get("access_token") or not lasting_s.isdecimal() or len(lasting_s) > 9:
        raise StoreFault("the answer that should have a token has none, or does not tell when it expires")
    return word(str(found["access_token"])), max(int(lasting_s) - RENEWED_AHEAD_S, SHORTEST_S)


def word(text: str) -> str:
    """``text`` without surrounding blanks. Raises StoreFault if it may not stand in a field of a request."""
    text = text.strip()
    if not text.isascii() or not text.isprintable():
        raise StoreFault("a key or a token has characters that none may have")
    return text


async def word_in(file: str) -> str:
    """The token in ``file``, read in a thread. Raises StoreRefused."""
    try:
        return word(await asyncio.to_thread(Path(file).read_text, "utf-8"))
    except (OSError, ValueError, StoreFault) as error:
        raise StoreRefused(f"{file} cannot be read; it should have the token of this machine's identity") from error
