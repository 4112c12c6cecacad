"""What the head of an answer tells of an object."""

import re
from datetime import UTC, datetime
from email.message import Message

from services.errors import StoreFault
from services.http.dates import parse_http_date
from services.http.representation import EntityTag
from services.storage.object_client import ObjectStatus

_LENGTH = re.compile(r"[0-9]{1,18}")  # longer than that is no film

NO_DATE = datetime.fromtimestamp(0, UTC)


def head_status(key: str, fields: Message) -> ObjectStatus:
    """Raises StoreFault where it does not say enough to read a range of one version and no other."""
    tag, length = fields.get("ETag", ""), fields.get("Content-Length", "")
    if len(tag) < 3 or not tag.startswith('"') or not _LENGTH.fullmatch(length):
        raise StoreFault("it has no length, or no strong entity tag")
    return ObjectStatus(key, int(length), strong_tag(tag), parse_http_date(fields.get("Last-Modified", "")) or NO_DATE)


def strong_tag(text: str) -> EntityTag:
    """As a list has it: some stores leave out the quotes. Empty where there is no strong one."""
    return EntityTag("" if text.startswith("W/") else text.strip('"'))
