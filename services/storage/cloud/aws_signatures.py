"""AWS Signature Version 4: of requests, in fields, and of links, in the query.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_NO_CONTENT = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class AwsKeys:
    """``session_token`` is "" for keys that do not expire."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)


def signed_fields(
    method: str, url: str, fields: Mapping[str, str], keys: AwsKeys, region: str, now: datetime
) -> dict[str, str]:
    """``fields``, with those that sign a request without content. ``url`` must be percent-encoded exactly as sent."""
    date = _date(now)
    signed = {**fields, "x-amz-content-sha256": _NO_CONTENT, "x-amz-date": date}
    if keys.session_token:
        signed["x-amz-security-token"] = keys.session_token
    hosted = {**signed, "host": urlsplit(url).netloc}
    signature = _signature(request_hash(method, url, hosted, _NO_CONTENT), keys, region, date)
    credential = f"{keys.access_key_id}/{_scope(region, date)}"
    names = ";".join(sorted(hosted))
    authorization = f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return {**signed, "authorization": authorization}


def signed_link(url: str, keys: AwsKeys, region: str, lasting_s: float, now: datetime) -> str:
    """A link with which anybody can GET ``url``, which has no query, for ``lasting_s`` seconds from ``now`` (UTC)."""
    date = _date(now)
    query = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{keys.access_key_id}/{_scope(region, date)}",
        "X-Amz-Date": date,
        "X-Amz-Expires": str(max(int(lasting_s), 1)),
        "X-Amz-SignedHeaders": "host",
    }
    if keys.session_token:
        query["X-Amz-Security-Token"] = keys.session_token
    link = f"{url}?{_encoded(query)}"
    hashed = request_hash("GET", link, {"host": urlsplit(url).netloc}, "UNSIGNED-PAYLOAD")
    return f"{link}&X-Amz-Signature={_signature(hashed, keys, region, date)}"


def request_hash(method: str, url: str, fields: Mapping[str, str], content_hash: str) -> str:
    """The hash of the canonical request, the same for AWS and Google. Names of ``fields`` are in lower case."""
    parts = urlsplit(url)
    query = _encoded(dict(sorted(parse_qsl(parts.query, keep_blank_values=True))))
    lines = [f"{name}:{fields[name]}" for name in sorted(fields)]
    request = "\n".join([method, parts.path or "/", query, *lines, "", ";".join(sorted(fields)), content_hash])
    return hashlib.sha256(request.encode()).hexdigest()


def _signature(hashed: str, keys: AwsKeys, region: str, date: str) -> str:
    key = f"AWS4{keys.secret_access_key}".encode()
    for part in _scope(region, date).split("/"):
        key = _hmac(key, part)
    return _hmac(key, f"{_ALGORITHM}\n{date}\n{_scope(region, date)}\n{hashed}").hex()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _scope(region: str, date: str) -> str:
    return f"{date[:8]}/{region}/s3/aws4_request"


def _encoded(query: Mapping[str, str]) -> str:
    return urlencode(query, quote_via=quote, safe="")


def _date(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%SZ")
