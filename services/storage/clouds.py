"""From the URL of a bucket, and the environment, to a client of the store that has it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from services.errors import InvalidSetting
from services.storage.aws_settings import aws_keys, aws_settings
from services.storage.cloud_client import BRIEF, BRIEF_RETRIES, LONG, NO_RETRIES, AzureClient, CloudClient, S3Client
from services.storage.http_client import HttpClient, Patience
from services.storage.locations import BucketLocation

if TYPE_CHECKING:
    from obstore.store import S3Credential

KEYS_FRESH_S = 60.0  # what renews keys writes them into a file while the old ones still serve
_RENEWED_AHEAD_S = 300.0  # so long before keys expire obstore asks for others
_ANYBODY = {"access_key_id": "anybody", "secret_access_key": "anybody"}


def client(location: BucketLocation, environment: Mapping[str, str]) -> CloudClient:
    """Keys come from where each cloud's own tools look for them. Raises InvalidSetting."""
    try:
        return _s3_client(location, environment) if location.scheme == "s3" else _cloud_client(location)
    except BaseError as error:
        reason = str(error).partition("\n")[0]
        raise InvalidSetting(f"{location}: {reason}") from None


def _s3_client(location: BucketLocation, environment: Mapping[str, str]) -> S3Client:
    settings = _s3_settings(location, environment)
    authorities = environment.get("AWS_CA_BUNDLE")
    connections = BRIEF
    if authorities:
        connections = connections | {"root_certificate": _content(authorities)}

    def store(**more: Any) -> S3Store:
        return S3Store(location.bucket, client_options=connections, retry_config=BRIEF_RETRIES, **settings, **more)

    http = HttpClient(Patience(), authorities)
    if location.options.get("anonymous") == "yes":
        return S3Client(store(skip_signature=True), http, unsigned_links=store(**_ANYBODY))
    profile = location.options.get("profile")
    if aws_keys(profile, environment):
        return S3Client(store(credential_provider=_credentials(profile, environment)), http)
    return S3Client(store(), http)


def _credentials(profile: str | None, environment: Mapping[str, str]) -> "Callable[[], S3Credential]":
    """Keys by themselves: with a profile's obstore would take the session token of the environment."""

    def credentials() -> "S3Credential":
        keys = aws_keys(profile, environment)
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


def _cloud_client(location: BucketLocation) -> CloudClient:
    settings: dict[str, Any] = {"prefix": location.prefix or None}
    anonymous = location.options.get("anonymous") == "yes"
    if anonymous:
        settings["skip_signature"] = True
    if "endpoint" in location.options:
        settings["endpoint" if location.scheme == "az" else "base_url"] = location.options["endpoint"]
    if location.scheme == "az":
        settings["account_name"] = location.account
    make_store: Any = AzureStore if location.scheme == "az" else GCSStore
    make_client = AzureClient if location.scheme == "az" else CloudClient
    return make_client(
        make_store(location.bucket, client_options=BRIEF, retry_config=BRIEF_RETRIES, **settings),
        make_store(location.bucket, client_options=LONG, retry_config=NO_RETRIES, **settings),
        signs=not anonymous,
    )


def _content(authorities: str) -> bytes:
    try:
        return Path(authorities).read_bytes()
    except OSError as error:
        raise InvalidSetting(f"AWS_CA_BUNDLE: {authorities} cannot be read") from error
