"""What of a request's target may stand in a log.

Tested by tests/handlers/test_lock.py.
"""

import re

_TICKET = r"(?:f|[0-9]{1,3})\.[0-9a-f]{1,10}\.[A-Za-z0-9_-]{22}"
_SHARE = r"s\.[\w-]{8}\.[\w-]{11}\.[0-9a-f]{1,10}\.[0-9a-f]{1,10}\.[dw]k?\.[\w-]{0,11}\.[\w-]{22}"
_SECRETS = re.compile(f"{_SHARE}|{_TICKET}", re.ASCII)


def redacted(text: str) -> str:
    """``text`` without the tickets and links of shares in it."""
    return _SECRETS.sub("...", text) if "." in text else text
