"""Which keys Google's own tools would take."""

import json
from collections.abc import Mapping
from pathlib import Path

_FILES = ("GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_APPLICATION_CREDENTIALS")


def has_private_key(environment: Mapping[str, str]) -> bool:
    """Whether they are a service account's, which signs by itself; an instance and a person have Google sign."""
    return bool(service_account(environment).get("private_key"))


def service_account(environment: Mapping[str, str]) -> dict[str, str]:
    """The account whose keys they are, as Google writes it; none where they are a person's or an instance's."""
    texts = [environment.get("GOOGLE_SERVICE_ACCOUNT_KEY", "")]
    texts += [_text(environment[name]) for name in _FILES if name in environment]
    return next((account for account in map(_account, texts) if account), {})


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")
    except (OSError, ValueError):  # obstore says so
        return ""


def _account(text: str) -> dict[str, str]:
    try:
        keys = json.loads(text)
    except ValueError:
        return {}
    return keys if isinstance(keys, dict) and ("private_key" in keys or keys.get("disable_oauth")) else {}
