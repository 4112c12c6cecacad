"""Fetches the temporary keys of an AWS role: by a web identity token, from a container's endpoint, or from EC2's
instance metadata (version 2)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from services.errors import StoreFault, StoreRefused
from services.http_client.client import HttpClient
from services.storage.cloud.aws_signatures import AwsKeys
from services.storage.cloud.identity import RENEWED_AHEAD_S, SHORTEST_S, document, parsed, word, word_in
from services.storage.cloud.xml_listing import parse_listing

_METADATA_TOKEN_LASTS_S = 60  # the token is used at once


async def role_keys(settings: Mapping[str, str], http: HttpClient) -> tuple[AwsKeys, float]:
    """The keys, and for how many seconds to use them.

    ``settings`` is a result of aws_settings. ``http`` is used to ask STS, by a proxy if there is one; the endpoints of
    containers and instances are asked directly. Raises StorageError.
    """
    if "web_identity_token_file" in settings and "role_arn" in settings:
        return await _of_web_identity(settings, http)
    if "container_credentials_relative_uri" in settings:
        return await _of_container(f"http://169.254.170.2{settings['container_credentials_relative_uri']}", settings)
    if "container_credentials_full_uri" in settings:
        return await _of_container(settings["container_credentials_full_uri"], settings)
    return await _of_instance(settings)


async def _of_web_identity(settings: Mapping[str, str], http: HttpClient) -> tuple[AwsKeys, float]:
    """By STS, in the bucket's region or at AWS_ENDPOINT_URL_STS."""
    region = settings.get("region", "us-east-1")
    endpoint = settings.get("endpoint_url_sts", f"https://sts.{region}.amazonaws.com").rstrip("/")
    form = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": settings["role_arn"],
        "RoleSessionName": settings.get("role_session_name", "movie-streaming"),
        "WebIdentityToken": await word_in(settings["web_identity_token_file"]),
    }
    # The token is sent as content: proxies log queries.
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await document(http, "POST", f"{endpoint}/", fields, urlencode(form).encode())
    credentials = (await parse_listing(answer, "AssumeRoleWithWebIdentityResponse", "Credentials")).records
    return _keys(credentials[0] if credentials else {}, token_name="SessionToken")


async def _of_container(url: str, settings: Mapping[str, str]) -> tuple[AwsKeys, float]:
    file = settings.get("container_authorization_token_file")
    return _keys(parsed(await document(None, "GET", url, {"Authorization": await word_in(file)} if file else {})))


async def _of_instance(settings: Mapping[str, str]) -> tuple[AwsKeys, float]:
    metadata = settings.get("metadata_endpoint", "http://169.254.169.254").rstrip("/") + "/latest"
    lasting = {"X-aws-ec2-metadata-token-ttl-seconds": str(_METADATA_TOKEN_LASTS_S)}
    token = await document(None, "PUT", f"{metadata}/api/token", lasting)
    fields = {"X-aws-ec2-metadata-token": word(token.decode("latin-1"))}
    roles = f"{metadata}/meta-data/iam/security-credentials/"
    role = word((await document(None, "GET", roles, fields)).decode("latin-1"))
    return _keys(parsed(await document(None, "GET", roles + role, fields)))


def _keys(found: Mapping[str, object], token_name: str = "Token") -> tuple[AwsKeys, float]:
    key_id, secret, token = (
        word(str(found.get(name) or "")) for name in ("AccessKeyId", "SecretAccessKey", token_name)
    )
    if not key_id or not secret:
        raise StoreRefused("this machine's role has no keys")
    try:
        expiry = datetime.fromisoformat(str(found.get("Expiration")))
        serve_s = (expiry - datetime.now(UTC)).total_seconds() - RENEWED_AHEAD_S
    except (ValueError, TypeError):
        raise StoreFault("the keys of this machine's role do not tell when they expire") from None
    return AwsKeys(key_id, secret, token), max(serve_s, SHORTEST_S)
