"""The worker's job for .nfo files.

Tested by tests/services/test_descriptions.py.
"""

from base64 import b64decode

from services.media.description import Description
from services.media.nfo import reading


def read_nfo(content: str) -> Description:
    """The description in a file of this content, in Base64. Raises FilmUnreadable as ``reading.described`` does."""
    return reading.described(b64decode(content))
