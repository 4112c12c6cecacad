"""Fetches tokens for Google Cloud Storage, of a person or of a machine's service account, and that account's
signatures.

Tested by tests/services/storage/cloud/test_identity.py.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from services.errors import StoreFault
from services.http_client.client import HttpClient
from services.storage.cloud.identity import document, parsed, token, word

_SIGNERS = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts"
_FIELDS = {"Metadata-Flavor": "Google"}


async def person_token(person: Mapping[str, str], http: HttpClient) -> tuple[str, float]:
    """A person's token, and for how many seconds to use it.

    ``person`` is the JSON that "gcloud auth application-default login" writes. Raises StorageError.
    """
    form = {name: str(person.get(name, "")) for name in ("client_id", "client_secret", "refresh_token")}
    content = urlencode(form | {"grant_type": "refresh_token"}).encode()
    url = person.get("token_uri", "https://oauth2.googleapis.com/token")
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    return token(await document(http, "POST", url, fields, content))


async def machine_token(environment: Mapping[str, str]) -> tuple[str, float]:
    """The token of this machine's account, and for how many seconds to use it. Raises StorageError."""
    return token(await document(None, "GET", f"{_account(environment)}/token", _FIELDS))


async def machine_email(environment: Mapping[str, str]) -> str:
    """The e-mail address that names this machine's account. Raises StorageError."""
    return word((await document(None, "GET", f"{_account(environment)}/email", _FIELDS)).decode("latin-1"))


async def signature_by_google(text: bytes, email: str, bearer: str, http: HttpClient) -> bytes:
    """Google's signature of ``text`` with the key of the account ``email``, authorized by the token ``bearer``.

    Raises StorageError.
    """
    url = f"{_SIGNERS}/{email}:signBlob"
    fields = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    content = json.dumps({"payload": base64.b64encode(text).decode()}).encode()
    try:
        return base64.b64decode(parsed(await document(http, "POST", url, fields, content))["signedBlob"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise StoreFault("Google answers without a signature") from None


def _account(environment: Mapping[str, str]) -> str:
    host = environment.get("GCE_METADATA_HOST", "metadata.google.internal")
    return f"http://{host}/computeMetadata/v1/instance/service-accounts/default"
