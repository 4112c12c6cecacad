"""Makes the client for a bucket from its location and the environment.

With ``--delivery redirect``, viewers get links to public buckets, to S3 with keys, to Azure with the account's key, and
to Google with a service account. There are no links with a SAS token, since it opens more than one film, nor with an
identity at Azure or a person's login at Google, since nothing here can sign for these. Such films are sent through this
server.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit

from services.errors import InvalidSetting, StoreRefused
from services.http_client.client import HttpClient
from services.http_client.proxies import Proxies
from services.http_client.timeouts import Patience
from services.storage.cloud.aws_roles import role_keys
from services.storage.cloud.aws_settings import aws_keys, aws_settings
from services.storage.cloud.aws_signatures import AwsKeys
from services.storage.cloud.azure import Azure, AzureSigner
from services.storage.cloud.azure_identity import azure_token
from services.storage.cloud.client import CloudClient
from services.storage.cloud.google import Google, Signer, plain_link, signed_link
from services.storage.cloud.google_identity import machine_email, machine_token, person_token, signature_by_google
from services.storage.cloud.google_keys import google_keys, has_private_key, names_keys
from services.storage.cloud.renewed import Renewed
from services.storage.cloud.s3 import S3
from services.storage.locations import BucketLocation

KEYS_FRESH_S = 60.0  # AWS keys are read again after it: a tool may renew the file while the old keys still work
_DEFAULT_PORTS = {"http": 80, "https": 443}


def client(
    location: BucketLocation,
    environment: Mapping[str, str],
    patience: Patience | None = None,
    keys_fresh_s: float = KEYS_FRESH_S,
) -> CloudClient:
    """The client for ``location``, with keys from where the cloud's own tools look for them. AWS keys are read again
    after ``keys_fresh_s``.

    Reads files, at the start of the server. Raises InvalidSetting.
    """
    patience = patience or Patience()
    try:
        if location.scheme == "s3":
            return _s3_client(location, environment, patience, keys_fresh_s)
        make = {"gs": _google_client, "az": _azure_client}[location.scheme]
        return make(location, environment, patience)
    except ValueError as error:
        raise InvalidSetting(f"{location}: {error}") from None


def _s3_client(
    location: BucketLocation, environment: Mapping[str, str], patience: Patience, keys_fresh_s: float
) -> CloudClient:
    profile = location.options.get("profile")
    settings = aws_settings(profile, environment)
    settings |= {name: location.options[name] for name in ("endpoint", "region") if name in location.options}
    authorities = environment.get("AWS_CA_BUNDLE")
    if authorities:
        _require_file("AWS_CA_BUNDLE", authorities)
    http = HttpClient(patience, authorities, Proxies(environment))
    region = settings.get("region", "us-east-1")
    _require_word("the region", region)
    keys = None if _is_public(location) else _aws_keys(profile, environment, settings, http, keys_fresh_s)
    cloud = S3(_s3_bucket_url(location, settings.get("endpoint"), region), _prefix(location), region, keys)
    return CloudClient(str(location), http, cloud)


def _aws_keys(
    profile: str | None,
    environment: Mapping[str, str],
    settings: Mapping[str, str],
    http: HttpClient,
    keys_fresh_s: float,
) -> Renewed[AwsKeys]:
    async def given() -> tuple[AwsKeys, float]:
        try:
            keys = await asyncio.to_thread(aws_keys, profile, environment)
        except InvalidSetting as error:
            raise StoreRefused(str(error)) from error
        if not keys:
            raise StoreRefused("the AWS keys that were there at the start are gone")
        return AwsKeys(**keys), keys_fresh_s

    keys = aws_keys(profile, environment)
    for name, value in keys.items():
        _require_word(name, value)
    return Renewed(given if keys else lambda: role_keys(settings, http))


def _s3_bucket_url(location: BucketLocation, endpoint: str | None, region: str) -> str:
    # AWS wants the bucket in the host name, other stores in the path. No certificate matches a bucket with dots.
    addressing = location.options.get("addressing", "path" if endpoint or "." in location.bucket else "virtual")
    endpoint = endpoint or f"https://s3.{region}.amazonaws.com"
    if addressing == "path":
        return f"{_as_sent(endpoint)}/{quote(location.bucket)}"
    scheme, _, host = endpoint.partition("://")
    return _as_sent(f"{scheme}://{location.bucket}.{host}")


def _google_client(location: BucketLocation, environment: Mapping[str, str], patience: Patience) -> CloudClient:
    keys = google_keys(environment)
    endpoint = location.options.get("endpoint") or keys.get("gcs_base_url") or "https://storage.googleapis.com"
    bucket_url = f"{_as_sent(endpoint)}/{quote(location.bucket)}"
    http = HttpClient(patience, proxies=Proxies(environment))

    def client(token: Callable[[], Awaitable[str]] | None, signer: Signer | None) -> CloudClient:
        return CloudClient(str(location), http, Google(bucket_url, _prefix(location), token, signer))

    if _is_public(location):
        return client(None, plain_link)
    if has_private_key(environment):
        return _of_service_account(location, keys, client)
    if keys.get("disable_oauth"):  # for an emulator
        return client(None, None)
    if keys:
        if "refresh_token" not in keys:
            raise InvalidSetting(
                f"{location}: Google's keys are of a type that is not known here: {keys.get('type')!a}"
            )
        return client(Renewed(lambda: person_token(keys, http)), None)
    if names_keys(environment):
        raise InvalidSetting(f"{location}: Google's keys cannot be read where the environment says that they are")
    token = Renewed(lambda: machine_token(environment))

    async def link(url: str, lasting_s: float) -> str:
        email = await machine_email(environment)
        bearer = await token()
        return await signed_link(url, lasting_s, email, lambda text: signature_by_google(text, email, bearer, http))

    return client(token, link)


def _of_service_account(
    location: BucketLocation,
    keys: Mapping[str, str],
    client: Callable[[Callable[[], Awaitable[str]], Signer], CloudClient],
) -> CloudClient:
    if find_spec("cryptography") is None:
        raise InvalidSetting(f"{location} needs more to be installed: pip install '.[cloud]'")
    from services.storage.cloud.google_accounts import ServiceAccount  # imported here: only this needs "cryptography"

    account = ServiceAccount.of(keys)
    return client(Renewed(account.token), account.link)


def _azure_client(location: BucketLocation, environment: Mapping[str, str], patience: Patience) -> CloudClient:
    endpoint = location.options.get("endpoint", f"https://{location.account}.blob.core.windows.net")
    account_key = environment.get("AZURE_STORAGE_ACCOUNT_KEY")
    query = environment.get("AZURE_STORAGE_SAS_TOKEN", "").strip().removeprefix("?")
    _require_word("AZURE_STORAGE_SAS_TOKEN", query)
    http = HttpClient(patience, proxies=Proxies(environment))
    opened = partial(Azure, f"{_as_sent(endpoint)}/{quote(location.bucket)}", _prefix(location))
    if _is_public(location):
        azure = opened(link_query=lambda name, lasting_s: "")
    elif account_key:
        signer = AzureSigner(location.account, location.bucket, account_key.strip())
        azure = opened(access=signer.to_container, link_query=signer.to_blob)
    elif query:
        azure = opened(access=lambda: query)  # no links: it opens more than one film
    else:
        azure = opened(token=Renewed(lambda: azure_token(environment, http)))
    return CloudClient(str(location), http, azure)


def _is_public(location: BucketLocation) -> bool:
    return location.options.get("anonymous") == "yes"


def _prefix(location: BucketLocation) -> str:
    """What the keys of all films begin with: "" or with "/" at the end."""
    return f"{location.prefix}/" if location.prefix else ""


def _as_sent(endpoint: str) -> str:
    """``endpoint`` with its host as clients send it, which is signed: lower case, IDNA, without a default port.

    Raises ValueError if the host is not valid.
    """
    parts = urlsplit(endpoint.rstrip("/"))
    host = parts.netloc.lower().removesuffix(f":{_DEFAULT_PORTS.get(parts.scheme)}")
    return f"{parts.scheme}://{host.encode('idna').decode()}{quote(parts.path, safe='/%')}"


def _require_word(name: str, value: str) -> None:
    """Raises InvalidSetting if ``value`` may not stand in a request. It is not shown, since it may be secret."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise InvalidSetting(f"{name} has characters that no key has")


def _require_file(setting: str, path: str) -> None:
    try:
        Path(path).read_bytes()
    except OSError as error:
        raise InvalidSetting(f"{setting}: {path} cannot be read") from error
