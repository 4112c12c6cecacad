"""Fetches tokens for Azure: for an application, by its secret or a federated token, or for a managed identity.

Tested by tests/services/storage/cloud/test_identity.py.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from services.http_client.client import HttpClient
from services.storage.cloud.identity import document, token, word_in

_RESOURCE = "https://storage.azure.com"


async def azure_token(environment: Mapping[str, str], http: HttpClient) -> tuple[str, float]:
    """A token, and for how many seconds to use it. The environment's variables are those of Azure's own tools.

    Raises StorageError.
    """
    if "AZURE_CLIENT_ID" in environment and "AZURE_TENANT_ID" in environment:
        if "AZURE_CLIENT_SECRET" in environment:
            return await _of_application(environment, http, {"client_secret": environment["AZURE_CLIENT_SECRET"]})
        if "AZURE_FEDERATED_TOKEN_FILE" in environment:
            kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            assertion = await word_in(environment["AZURE_FEDERATED_TOKEN_FILE"])
            proof = {"client_assertion_type": kind, "client_assertion": assertion}
            return await _of_application(environment, http, proof)
    return await _of_machine(environment)


async def _of_application(
    environment: Mapping[str, str], http: HttpClient, proof: Mapping[str, str]
) -> tuple[str, float]:
    authority = environment.get("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com").rstrip("/")
    form = {
        "grant_type": "client_credentials",
        "client_id": environment["AZURE_CLIENT_ID"],
        "scope": f"{_RESOURCE}/.default",
        **proof,
    }
    url = f"{authority}/{quote(environment['AZURE_TENANT_ID'], safe='')}/oauth2/v2.0/token"
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    return token(await document(http, "POST", url, fields, urlencode(form).encode()))


async def _of_machine(environment: Mapping[str, str]) -> tuple[str, float]:
    query = {"api-version": "2019-08-01", "resource": _RESOURCE}
    if "AZURE_CLIENT_ID" in environment:  # selects one of several identities
        query["client_id"] = environment["AZURE_CLIENT_ID"]
    if "IDENTITY_ENDPOINT" in environment and "IDENTITY_HEADER" in environment:  # in an App Service
        url, fields = environment["IDENTITY_ENDPOINT"], {"X-IDENTITY-HEADER": environment["IDENTITY_HEADER"]}
    else:
        url, fields = "http://169.254.169.254/metadata/identity/oauth2/token", {"Metadata": "true"}
    return token(await document(None, "GET", f"{url}?{urlencode(query)}", fields))
