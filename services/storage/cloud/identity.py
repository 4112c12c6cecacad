"""Keys and tokens, as a machine has them of itself, or as they are given out to who shows who he is."""

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

RENEWED_AHEAD_S = 300.0  # so long before keys and tokens expire others are asked for
SHORTEST_S = 1.0  # and no more often than this
_MAX_ANSWER_BYTES = 64 * 1024
_NEARBY = Patience(connect_s=2.0)  # what answers is near, or not there


async def document(
    http: HttpClient | None, method: Method, url: str, fields: Mapping[str, str] = NO_FIELDS, content: bytes = b""
) -> bytes:
    """What is at ``url``. Without ``http`` it is on this machine, or next to it, and no proxy leads there.

    Raises StorageError.
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
    """Raises StoreFault."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise StoreFault("what should have keys or a token has no JSON")
    return found


def token(text: bytes) -> tuple[str, float]:
    """An access token (RFC 6749 §5.1), and for how many seconds it serves. Raises StoreFault."""
    found = parsed(text)
    lasting_s = str(found.get("expires_in", ""))
    if not found.get("access_token") or not lasting_s.isdecimal() or len(lasting_s) > 9:
        raise StoreFault("what should have a token has none, or does not say until when it serves")
    return word(str(found["access_token"])), max(int(lasting_s) - RENEWED_AHEAD_S, SHORTEST_S)


def word(text: str) -> str:
    """``text`` as a field of a request may have it. Raises StoreFault."""
    text = text.strip()
    if not text.isascii() or not text.isprintable():
        raise StoreFault("what should be a key or a token is none")
    return text


async def word_in(file: str) -> str:
    """Raises StoreRefused."""
    try:
        return word(await asyncio.to_thread(Path(file).read_text, "utf-8"))
    except (OSError, ValueError, StoreFault) as error:
        raise StoreRefused(f"{file} cannot be read, which should have the token of this machine's identity") from error
