"""Parses the setting ``assets``: folders, and URLs of buckets and web servers."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from services.threads import answer_in_time

_PATIENCE_S = 1.0  # for a disk; a path whose disk does not answer counts as a folder, and is listed once it answers

# The options that may follow a "?", by scheme.
_OPTIONS = {
    "s3": {"endpoint", "region", "addressing", "profile", "anonymous"},
    "gs": {"endpoint", "anonymous"},
    "az": {"endpoint", "anonymous"},
}
_ONE_OF = {"addressing": ("path", "virtual"), "anonymous": ("yes", "no")}
_EXAMPLES = {"s3": "s3://bucket/folder", "gs": "gs://bucket/folder", "az": "az://account/container/folder"}


@dataclass(frozen=True, slots=True)
class BucketLocation:
    """``scheme`` is "s3", "gs" or "az". ``account`` is for Azure only. ``prefix`` does not end in "/"."""

    scheme: str
    account: str
    bucket: str
    prefix: str
    options: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.scheme}://" + "/".join(filter(None, (self.account, self.bucket, self.prefix)))


@dataclass(frozen=True, slots=True)
class WebLocation:
    """``url`` may have a secret in its query. ``str()`` leaves the query out."""

    url: str

    def __str__(self) -> str:
        return self.url.partition("?")[0]


Location = Path | BucketLocation | WebLocation


def parse_web(text: str) -> WebLocation | None:
    """The web server at the URL ``text``; None if it is not http or https. Raises ValueError if the URL is invalid."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        return None
    if "@" in parts.netloc or not _is_plain(text) or not _has_host(parts):
        raise ValueError(
            "a web server is given by a URL like https://example.com/films/: without a user, and with %20 for a space"
        )
    return WebLocation(text if parts.path else f"{text}/")


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _has_host(parts: SplitResult) -> bool:
    """Whether the URL has a valid host name and port: "a..b" is not valid."""
    try:
        return bool(parts.hostname and parts.hostname.encode("idna")) and parts.port != 0
    except ValueError:
        return False


def parse_bucket(text: str) -> BucketLocation | None:
    """The bucket at the URL ``text``; None if its scheme is not s3, gs or az. Raises ValueError if it is invalid."""
    parts = urlsplit(text)
    if parts.scheme not in _OPTIONS:
        return None
    example = _EXAMPLES[parts.scheme]
    if "@" in parts.netloc or ":" in parts.netloc:
        raise ValueError(f"keys and ports do not belong into the URL of a bucket; it is like {example}")
    names = [parts.netloc, *unquote(parts.path).strip("/").split("/")]
    account = names.pop(0) if parts.scheme == "az" else ""
    if not names[0] or (parts.scheme == "az" and not account):
        raise ValueError(f"a bucket is named like {example}, not {text}")
    return BucketLocation(parts.scheme, account, names[0], "/".join(names[1:]), _options(parts.scheme, parts.query))


def _options(scheme: str, query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name, value in options.items():
        if name not in _OPTIONS[scheme]:
            raise ValueError(f"{scheme}:// takes {', '.join(sorted(_OPTIONS[scheme]))} after the ?, not {name!r}")
        if name in _ONE_OF and value not in _ONE_OF[name]:
            raise ValueError(f"{name} is {' or '.join(_ONE_OF[name])}, not {value!r}")
        if name == "endpoint" and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError(f"an endpoint is a URL such as https://s3.example.com, not {value!r}")
    return options


def parse_locations(text: str) -> tuple[Location, ...]:
    """Parses one location, or several separated by commas. Raises ValueError."""
    if "," in text and _is_folder(text):  # the name of one folder, which has a comma
        return (Path(text).expanduser(),)
    return tuple(_location(each.strip()) for each in text.split(","))


def _location(text: str) -> Location:
    return parse_bucket(text) or parse_web(text) or _folder(text)


def _folder(text: str) -> Path:
    is_folder = _is_folder(text)
    if is_folder is False:
        raise ValueError(f"no such folder: {text}")
    folder = Path(text).expanduser()
    if is_folder and answer_in_time(os.access, folder, os.R_OK | os.X_OK, patience_s=_PATIENCE_S) is False:
        raise ValueError(f"the folder cannot be read: {folder}")
    return folder


def _is_folder(text: str) -> bool | None:
    """None if the disk does not answer in time."""
    try:
        return bool(text) and answer_in_time(Path(text).expanduser().is_dir, patience_s=_PATIENCE_S)
    except (OSError, RuntimeError):  # a name that is too long; "~user" of an unknown user
        return False
