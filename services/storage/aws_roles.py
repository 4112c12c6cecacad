"""Keys of the role that a machine of AWS has: by a web identity, by its container, or by the instance itself."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from services.errors import StoreFault, StoreRefused
from services.storage.aws_signatures import AwsKeys
from services.storage.exchange import Patience
from services.storage.http_client import HttpClient, Method
from services.storage.objections import objection
from services.storage.xml_listing import parse_listing

_RENEWED_AHEAD_S = 300.0  # so long before keys expire others are asked for
_SHORTEST_S = 1.0  # and no more often than this
_MAX_ANSWER_BYTES = 64 * 1024
_METADATA_TOKEN_LASTS_S = 60  # it is used at once
_PATIENCE = Patience(connect_s=2.0)  # what answers is near, or not there


async def role_keys(settings: Mapping[str, str], http: HttpClient) -> tuple[AwsKeys, float]:
    """And for how many seconds they serve. ``settings`` is by the names of aws_settings; ``http`` leads to STS.

    Raises StorageError.
    """
    if "web_identity_token_file" in settings and "role_arn" in settings:
        return await _of_web_identity(settings, http)
    nearby = HttpClient(_PATIENCE)  # what a machine tells of itself comes by no proxy
    try:
        if "container_credentials_relative_uri" in settings:
            url = f"http://169.254.170.2{settings['container_credentials_relative_uri']}"
            return await _of_container(url, settings, nearby)
        if "container_credentials_full_uri" in settings:
            return await _of_container(settings["container_credentials_full_uri"], settings, nearby)
        return await _of_instance(settings, nearby)
    finally:
        nearby.close()


async def _of_web_identity(settings: Mapping[str, str], http: HttpClient) -> tuple[AwsKeys, float]:
    region = settings.get("region", "us-east-1")
    endpoint = settings.get("endpoint_url_sts", f"https://sts.{region}.amazonaws.com").rstrip("/")
    query = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": settings["role_arn"],
        "RoleSessionName": settings.get("role_session_name", "movie-streaming"),
        "WebIdentityToken": await _text(settings["web_identity_token_file"]),
    }
    answer = await _document(http, "POST", f"{endpoint}/?{urlencode(query)}", {"Content-Length": "0"})
    credentials = (await parse_listing(answer, "AssumeRoleWithWebIdentityResponse", "Credentials")).records
    return _keys(credentials[0] if credentials else {}, token_name="SessionToken")


async def _of_container(url: str, settings: Mapping[str, str], nearby: HttpClient) -> tuple[AwsKeys, float]:
    file = settings.get("container_authorization_token_file")
    fields = {"Authorization": await _text(file)} if file else {}
    return _keys(_parsed(await _document(nearby, "GET", url, fields)))


async def _of_instance(settings: Mapping[str, str], nearby: HttpClient) -> tuple[AwsKeys, float]:
    metadata = settings.get("metadata_endpoint", "http://169.254.169.254").rstrip("/") + "/latest"
    lasting = {"X-aws-ec2-metadata-token-ttl-seconds": str(_METADATA_TOKEN_LASTS_S), "Content-Length": "0"}
    token = await _document(nearby, "PUT", f"{metadata}/api/token", lasting)
    fields = {"X-aws-ec2-metadata-token": _field(token.decode("latin-1"))}
    roles = f"{metadata}/meta-data/iam/security-credentials/"
    role = _field((await _document(nearby, "GET", roles, fields)).decode("latin-1"))
    return _keys(_parsed(await _document(nearby, "GET", roles + role, fields)))


async def _document(http: HttpClient, method: Method, url: str, fields: dict[str, str]) -> bytes:
    answer = await http.request(method, url, fields)
    try:
        if answer.status != HTTPStatus.OK:
            raise await objection(answer, url.partition("?")[0])
        return await answer.body.whole(_MAX_ANSWER_BYTES)
    finally:
        answer.body.close()


def _parsed(document: bytes) -> dict[str, object]:
    try:
        parsed = json.loads(document)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise StoreFault("what should have the keys of this machine's role has no JSON")
    return parsed


def _keys(found: Mapping[str, object], token_name: str = "Token") -> tuple[AwsKeys, float]:
    names = ("AccessKeyId", "SecretAccessKey", token_name)
    texts = [_field(str(found.get(name) or "")) for name in names]
    if not all(texts[:2]):
        raise StoreRefused("this machine's role has no keys")
    try:
        expiry = datetime.fromisoformat(str(found.get("Expiration")))
        serve_s = (expiry - datetime.now(UTC)).total_seconds() - _RENEWED_AHEAD_S
    except (ValueError, TypeError):
        raise StoreFault("the keys of this machine's role do not say until when they serve") from None
    return AwsKeys(*texts), max(serve_s, _SHORTEST_S)


def _field(text: str) -> str:
    """``text`` as a field of a request may have it."""
    text = text.strip()
    if not text.isascii() or not (text.isprintable() or not text):
        raise StoreFault("the keys of this machine's role are no text")
    return text


async def _text(file: str) -> str:
    try:
        return _field(await asyncio.to_thread(Path(file).read_text, "utf-8"))
    except (OSError, ValueError) as error:
        raise StoreRefused(f"{file} cannot be read, which should have the token of this machine's role") from error
