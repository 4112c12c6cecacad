"""Which keys Google's own tools would take."""

import json
from collections.abc import Mapping
from pathlib import Path

_FILES = ("GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_APPLICATION_CREDENTIALS")


def has_private_key(environment: Mapping[str, str]) -> bool:
    """Whether they are a service account's, which signs by itself; an instance and a person have Google sign."""
    texts = [environment.get("GOOGLE_SERVICE_ACCOUNT_KEY", "")]
    texts += [_text(environment[name]) for name in _FILES if name in environment]
    return any(map(_names_private_key, texts))


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")
    except (OSError, ValueError):  # obstore says so
        return ""


def _names_private_key(text: str) -> bool:
    try:
        keys = json.loads(text)
    except ValueError:
        return False
    return isinstance(keys, dict) and bool(keys.get("private_key"))
