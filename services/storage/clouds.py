"""From the URL of a bucket, and the environment, to a client of the store that has it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import obstore
from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from services.errors import InvalidSetting
from services.storage.aws_settings import aws_keys, aws_settings
from services.storage.cloud_client import CONNECTIONS, RETRIES, CloudClient
from services.storage.exchange import Patience
from services.storage.google_keys import has_private_key
from services.storage.http_client import HttpClient
from services.storage.links import AzureLinks, PlainLinks, SignedLinks
from services.storage.locations import BucketLocation
from services.storage.proxies import Proxies

if TYPE_CHECKING:
    from obstore.store import S3Credential

KEYS_FRESH_S = 60.0  # what renews keys writes them into a file while the old ones still serve
_RENEWED_AHEAD_S = 300.0  # so long before keys expire obstore asks for others
_ANYBODY = {"access_key_id": "anybody", "secret_access_key": "anybody"}


def client(location: BucketLocation, environment: Mapping[str, str]) -> CloudClient:
    """Keys come from where each cloud's own tools look for them. Raises InvalidSetting."""
    make = {"s3": _s3_client, "gs": _google_client, "az": _azure_client}[location.scheme]
    try:
        return make(location, environment)
    except BaseError as error:
        reason = str(error).partition("\n")[0]
        raise InvalidSetting(f"{location}: {reason}") from None


def _s3_client(location: BucketLocation, environment: Mapping[str, str]) -> CloudClient:
    settings = _s3_settings(location, environment)
    authorities = environment.get("AWS_CA_BUNDLE")
    connections = CONNECTIONS
    if authorities:
        connections = connections | {"root_certificate": _content(authorities)}

    def store(**more: Any) -> S3Store:
        return S3Store(location.bucket, client_options=connections, retry_config=RETRIES, **settings, **more)

    http = HttpClient(Patience(), authorities, Proxies(environment))
    folder = obstore.sign(store(**_ANYBODY), "GET", "x", timedelta(1)).partition("?")[0].removesuffix("x")
    if _is_public(location):
        return CloudClient(store(skip_signature=True), http, folder, PlainLinks(folder), PlainLinks(folder))
    profile = location.options.get("profile")
    keys = aws_keys(profile, environment)
    signing = store(credential_provider=_credentials(profile, environment)) if keys else store()
    return CloudClient(signing, http, folder, SignedLinks(signing), SignedLinks(signing))


def _credentials(profile: str | None, environment: Mapping[str, str]) -> "Callable[[], S3Credential]":
    """Keys by themselves: with a profile's obstore would take the session token of the environment."""

    def credentials() -> "S3Credential":
        keys = aws_keys(profile, environment)
        if not keys:
            raise InvalidSetting("the AWS keys that there were at the start are gone")
        return {
            "access_key_id": keys["access_key_id"],
            "secret_access_key": keys["secret_access_key"],
            "token": keys.get("session_token"),
            "expires_at": datetime.now(UTC) + timedelta(seconds=_RENEWED_AHEAD_S + KEYS_FRESH_S),
        }

    return credentials


def _s3_settings(location: BucketLocation, environment: Mapping[str, str]) -> dict[str, Any]:
    options = location.options
    settings: dict[str, Any] = aws_settings(options.get("profile"), environment)
    settings |= {name: options[name] for name in ("endpoint", "region") if name in options}
    endpoint = settings.get("endpoint", "")
    # AWS wants the bucket in the host's name, others in the path. A name with dots has no certificate.
    addressing = options.get("addressing", "path" if endpoint or "." in location.bucket else "virtual")
    if endpoint and addressing == "virtual":
        scheme, _, host = endpoint.partition("://")
        settings["endpoint"] = f"{scheme}://{location.bucket}.{host}"
    return settings | {"virtual_hosted_style_request": addressing == "virtual", "prefix": location.prefix or None}


def _google_client(location: BucketLocation, environment: Mapping[str, str]) -> CloudClient:
    settings: dict[str, Any] = {"prefix": location.prefix or None, "skip_signature": _is_public(location)}
    endpoint = location.options.get("endpoint", "https://storage.googleapis.com").rstrip("/")
    if "endpoint" in location.options:
        settings["base_url"] = endpoint
    store = GCSStore(location.bucket, client_options=CONNECTIONS, retry_config=RETRIES, **settings)
    http = HttpClient(Patience(), proxies=Proxies(environment))
    folder = f"{endpoint}/{quote(_path(location))}"
    if _is_public(location):
        return CloudClient(store, http, folder, PlainLinks(folder), PlainLinks(folder))
    if has_private_key(environment):
        return CloudClient(store, http, folder, SignedLinks(store), SignedLinks(store))
    # Without a key of our own, Google signs each link, by a request: too slow for every range.
    return CloudClient(store, http, folder, None, SignedLinks(store))


def _azure_client(location: BucketLocation, environment: Mapping[str, str]) -> CloudClient:
    settings: dict[str, Any] = {
        "account_name": location.account,
        "prefix": location.prefix or None,
        "skip_signature": _is_public(location),
    }
    endpoint = location.options.get("endpoint", f"https://{location.account}.blob.core.windows.net").rstrip("/")
    if "endpoint" in location.options:
        settings["endpoint"] = endpoint
    account_key = environment.get("AZURE_STORAGE_ACCOUNT_KEY")
    token = environment.get("AZURE_STORAGE_SAS_TOKEN", "").removeprefix("?")
    settings |= {"account_key": account_key} if account_key else {"sas_key": token} if token else {}
    store = AzureStore(location.bucket, client_options=CONNECTIONS, retry_config=RETRIES, **settings)
    http = HttpClient(Patience(), proxies=Proxies(environment))
    path = _path(location)
    folder = f"{endpoint}/{quote(path)}"
    if _is_public(location):
        return CloudClient(store, http, folder, PlainLinks(folder), PlainLinks(folder))
    if account_key:
        links = AzureLinks(folder, f"/blob/{location.account}/{path}", account_key)
        return CloudClient(store, http, folder, links, links)
    if token:
        return CloudClient(store, http, folder, PlainLinks(folder, token), None)  # which may open more than a film
    return CloudClient(store, http, folder, None, None)


def _is_public(location: BucketLocation) -> bool:
    return location.options.get("anonymous") == "yes"


def _path(location: BucketLocation) -> str:
    """Of what keys are relative to."""
    return "/".join(filter(None, (location.bucket, location.prefix))) + "/"


def _content(authorities: str) -> bytes:
    try:
        return Path(authorities).read_bytes()
    except OSError as error:
        raise InvalidSetting(f"AWS_CA_BUNDLE: {authorities} cannot be read") from error
