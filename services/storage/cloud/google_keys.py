"""Finds Google's keys where Google's own tools look for them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FILES = ("GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_APPLICATION_CREDENTIALS")
_OF_GCLOUD = ".config/gcloud/application_default_credentials.json"


def google_keys(environment: Mapping[str, str]) -> dict[str, Any]:
    """The JSON of a service account's or a person's keys. Empty if there is none: the machine's are to be used."""
    texts = [environment.get("GOOGLE_SERVICE_ACCOUNT_KEY", "")]
    texts += [_text(Path(environment[name])) for name in _FILES if name in environment]
    if "HOME" in environment:
        texts.append(_text(Path(environment["HOME"]) / _OF_GCLOUD))
    return next(filter(None, map(_keys, texts)), {})


def names_keys(environment: Mapping[str, str]) -> bool:
    """Whether a variable names keys, or a file with keys, which may be missing."""
    return any(environment.get(name) for name in ("GOOGLE_SERVICE_ACCOUNT_KEY", *_FILES))


def has_private_key(environment: Mapping[str, str]) -> bool:
    """Whether the keys are a service account's. Others cannot sign without asking Google."""
    return bool(google_keys(environment).get("private_key"))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _keys(text: str) -> dict[str, Any]:
    try:
        keys = json.loads(text)
    except ValueError:
        return {}
    return keys if isinstance(keys, dict) else {}
