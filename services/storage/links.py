"""Links: URLs by which whoever has them can GET an object, without other keys."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import obstore

_AZURE_VERSION = "2020-12-06"  # of the service, and so of what is signed


class Links(Protocol):
    async def link(self, key: str, lasting_s: float) -> str:
        """Good for so long from now. Raises obstore's errors."""


class SignedLinks:
    """As obstore signs them: for S3, and for Google."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def link(self, key: str, lasting_s: float) -> str:
        link: str = await obstore.sign_async(self._store, "GET", key, timedelta(seconds=lasting_s))
        return link


class PlainLinks:
    """To what is public; or to all that a ``token`` opens, which is a query.

    ``folder`` is the URL of what keys are relative to, and ends in "/".
    """

    def __init__(self, folder: str, token: str = "") -> None:
        self._folder = folder
        self._query = f"?{token}" if token else ""

    async def link(self, key: str, lasting_s: float) -> str:
        return f"{self._folder}{quote(key)}{self._query}"


class AzureLinks:
    """Signed by an account's key: a service SAS of one blob, which may be read. (obstore 0.12 signs the name as it is
    encoded, where Azure wants it as it is: most films' names have spaces.)

    ``resource`` is what keys are relative to, as "/blob/account/container/", and so is ``folder``, as a URL.
    """

    def __init__(self, folder: str, resource: str, account_key: str) -> None:
        self._folder = folder
        self._resource = resource
        self._key = base64.b64decode(account_key)

    async def link(self, key: str, lasting_s: float) -> str:
        expiry = (datetime.now(UTC) + timedelta(seconds=lasting_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
        permission, kind, none = "r", "b", ""
        signed = [permission, none, expiry, self._resource + key, none, none, none, _AZURE_VERSION, kind, *7 * [none]]
        signature = base64.b64encode(hmac.digest(self._key, "\n".join(signed).encode(), hashlib.sha256)).decode()
        fields = {"sv": _AZURE_VERSION, "sr": kind, "sp": permission, "se": expiry, "sig": signature}
        return f"{self._folder}{quote(key)}?{urlencode(fields)}"
