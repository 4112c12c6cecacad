"""From the URL of a bucket, and the environment, to a client of the store that has it."""

import asyncio
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from services.errors import InvalidSetting, StoreRefused
from services.storage.aws_roles import role_keys
from services.storage.aws_settings import aws_keys, aws_settings
from services.storage.aws_signatures import AwsKeys
from services.storage.azure import Azure, AzureSigner
from services.storage.cloud_client import CloudClient
from services.storage.exchange import Patience
from services.storage.google_keys import service_account
from services.storage.http_client import HttpClient
from services.storage.locations import BucketLocation
from services.storage.object_client import ObjectClient
from services.storage.proxies import Proxies
from services.storage.renewed import Renewed
from services.storage.s3 import S3

KEYS_FRESH_S = 60.0  # what renews keys writes them into a file while the old ones still serve
_DEFAULT_PORTS = {"http": 80, "https": 443}


def client(location: BucketLocation, environment: Mapping[str, str]) -> ObjectClient:
    """Keys come from where each cloud's own tools look for them. Raises InvalidSetting."""
    make = {"s3": _s3_client, "gs": _google_client, "az": _azure_client}[location.scheme]
    try:
        return make(location, environment)
    except ValueError as error:
        raise InvalidSetting(f"{location}: {error}") from None


def _s3_client(location: BucketLocation, environment: Mapping[str, str]) -> CloudClient:
    profile = location.options.get("profile")
    settings = aws_settings(profile, environment)
    settings |= {name: location.options[name] for name in ("endpoint", "region") if name in location.options}
    authorities = environment.get("AWS_CA_BUNDLE")
    if authorities:
        _require_file("AWS_CA_BUNDLE", authorities)
    http = HttpClient(Patience(), authorities, Proxies(environment))
    region = settings.get("region", "us-east-1")
    keys = None if _is_public(location) else _aws_keys(profile, environment, settings, http)
    cloud = S3(_s3_bucket_url(location, settings.get("endpoint"), region), _prefix(location), region, keys)
    return CloudClient(str(location), http, cloud)


def _aws_keys(
    profile: str | None, environment: Mapping[str, str], settings: Mapping[str, str], http: HttpClient
) -> Renewed[AwsKeys]:
    async def given() -> tuple[AwsKeys, float]:
        try:
            keys = await asyncio.to_thread(aws_keys, profile, environment)
        except InvalidSetting as error:
            raise StoreRefused(str(error)) from error
        if not keys:
            raise StoreRefused("the AWS keys that there were at the start are gone")
        return AwsKeys(**keys), KEYS_FRESH_S

    keys = aws_keys(profile, environment)
    for name, value in keys.items():
        _require_word(name, value)
    return Renewed(given if keys else lambda: role_keys(settings, http))


def _s3_bucket_url(location: BucketLocation, endpoint: str | None, region: str) -> str:
    # AWS wants the bucket in the host's name, others in the path. A name with dots has no certificate.
    addressing = location.options.get("addressing", "path" if endpoint or "." in location.bucket else "virtual")
    endpoint = endpoint or f"https://s3.{region}.amazonaws.com"
    if addressing == "path":
        return f"{_as_sent(endpoint)}/{quote(location.bucket)}"
    scheme, _, host = endpoint.partition("://")
    return _as_sent(f"{scheme}://{location.bucket}.{host}")


def _google_client(location: BucketLocation, environment: Mapping[str, str]) -> ObjectClient:
    _require_packages(location, "cryptography", "obstore")
    from services.storage.google import Google, ServiceAccount, as_it_is

    account = service_account(environment)
    endpoint = location.options.get("endpoint") or account.get("gcs_base_url") or "https://storage.googleapis.com"
    bucket_url = f"{_as_sent(endpoint)}/{quote(location.bucket)}"
    http = HttpClient(Patience(), proxies=Proxies(environment))
    if _is_public(location):
        return CloudClient(str(location), http, Google(bucket_url, _prefix(location), None, as_it_is))
    if account.get("private_key"):
        signing = ServiceAccount.of(account)
        return CloudClient(
            str(location), http, Google(bucket_url, _prefix(location), Renewed(signing.token), signing.link)
        )
    return _by_obstore(location, endpoint, f"{bucket_url}/")


def _azure_client(location: BucketLocation, environment: Mapping[str, str]) -> ObjectClient:
    endpoint = location.options.get("endpoint", f"https://{location.account}.blob.core.windows.net")
    account_key = environment.get("AZURE_STORAGE_ACCOUNT_KEY")
    token = environment.get("AZURE_STORAGE_SAS_TOKEN", "").strip().removeprefix("?")
    _require_word("AZURE_STORAGE_SAS_TOKEN", token)
    http = HttpClient(Patience(), proxies=Proxies(environment))
    container_url = f"{_as_sent(endpoint)}/{quote(location.bucket)}"

    def client(access: Callable[[], str], link_query: Callable[[str, float], str] | None) -> CloudClient:
        return CloudClient(str(location), http, Azure(container_url, _prefix(location), access, link_query))

    if _is_public(location):
        return client(lambda: "", lambda name, lasting_s: "")
    if account_key:
        signer = AzureSigner(location.account, location.bucket, account_key.strip())
        return client(signer.to_container, signer.to_blob)
    if token:
        return client(lambda: token, None)  # which opens more than one film
    return _by_obstore(location, endpoint, None)


def _by_obstore(location: BucketLocation, endpoint: str, link_folder: str | None) -> ObjectClient:
    """For who shows by other ways than a key who he is."""
    _require_packages(location, "obstore")
    from obstore.exceptions import BaseError
    from obstore.store import AzureStore, GCSStore

    from services.storage.obstore_client import CONNECTIONS, RETRIES, ObstoreClient

    settings: dict[str, Any] = {"account_name": location.account, "endpoint": endpoint} if location.account else {}
    if not location.account and "endpoint" in location.options:
        settings["base_url"] = endpoint
    store = AzureStore if location.account else GCSStore
    try:
        opened = store(
            location.bucket,
            client_options=CONNECTIONS,
            retry_config=RETRIES,
            prefix=location.prefix or None,
            **settings,
        )
    except BaseError as error:
        raise ValueError(str(error).partition("\n")[0]) from None
    return ObstoreClient(str(location), opened, link_folder)


def _require_packages(location: BucketLocation, *names: str) -> None:
    if not all(map(find_spec, names)):
        raise InvalidSetting(f"{location} needs more to be installed: pip install '.[cloud]'")


def _is_public(location: BucketLocation) -> bool:
    return location.options.get("anonymous") == "yes"


def _prefix(location: BucketLocation) -> str:
    """Of all keys that are shown."""
    return f"{location.prefix}/" if location.prefix else ""


def _as_sent(endpoint: str) -> str:
    """``endpoint`` with its host as every client sends it, since that is signed: in small letters, and without the port
    that goes without saying."""
    parts = urlsplit(endpoint.rstrip("/"))
    host = parts.netloc.lower().removesuffix(f":{_DEFAULT_PORTS.get(parts.scheme)}")
    return f"{parts.scheme}://{host}{parts.path}"


def _require_word(name: str, value: str) -> None:
    """As it goes into requests as it is. It is not shown, since it is secret."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise InvalidSetting(f"{name} has characters that no key has")


def _require_file(setting: str, path: str) -> None:
    try:
        Path(path).read_bytes()
    except OSError as error:
        raise InvalidSetting(f"{setting}: {path} cannot be read") from error
