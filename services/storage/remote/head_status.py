"""An object's status by the head of a response, and by the notation of entity tags in lists.

Tested by tests/services/storage/web/test_listing.py.
"""

import re
from datetime import UTC, datetime

from services.errors import StoreFault
from services.http.dates import parse_http_date
from services.http.representation import EntityTag
from services.http_client.fields import Fields, content_length
from services.storage.remote.object_client import ObjectStatus

_TAG = r"([ !#-~\xa0-\xff]+)"  # RFC 9110 §8.8.3; spaces too, which some servers use
_IN_HEADS = re.compile(f'"{_TAG}"')
_IN_LISTS = re.compile(f'(?!W/)"?{_TAG}"?')
NO_DATE = datetime.fromtimestamp(0, UTC)


def head_status(key: str, fields: Fields) -> ObjectStatus:
    """The status of the object ``key`` by the ``fields`` of a response to HEAD or GET.

    Raises StoreFault without a length or a strong entity tag: ranges of one version could not be read then.
    """
    tag = _IN_HEADS.fullmatch(fields.get("ETag", ""))
    try:
        length = content_length(fields)
    except ValueError:
        length = None
    if tag is None or length is None:
        raise StoreFault("it has no length, or no strong entity tag")
    modified = parse_http_date(fields.get("Last-Modified", "")) or NO_DATE
    return ObjectStatus(key, length, EntityTag(tag[1]), modified)


def strong_tag(text: str) -> EntityTag:
    """The entity tag in a list, where some stores leave out the quotes. An empty tag if it is weak or malformed."""
    found = _IN_LISTS.fullmatch(text)
    return EntityTag(found[1] if found else "")
