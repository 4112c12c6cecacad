"""The password in the Authorization field: Basic (RFC 7617), with any name of a user, or Bearer (RFC 6750)."""

from base64 import b64decode
from binascii import Error


def password_in(authorization: str) -> str | None:
    """None: the field has none that we can read."""
    scheme, _, credentials = authorization.strip().partition(" ")
    credentials = credentials.strip()
    match scheme.lower():
        case "bearer":
            return credentials or None
        case "basic":
            return _password_of_basic(credentials)
    return None


def _password_of_basic(credentials: str) -> str | None:
    try:
        text = b64decode(credentials + "=" * (-len(credentials) % 4), validate=True).decode("utf-8")
    except (Error, ValueError):  # UnicodeDecodeError is one
        return None
    _, colon, password = text.partition(":")
    return password if colon else None
