"""Why a film cannot be packaged, as a file that stands in the place of its index.

Tested by tests/services/segments/test_segments.py.
"""

MOST_BYTES = 500
_BEGINNING = b"not packaged: "


def refusal(reason: str) -> bytes:
    """The file."""
    return (_BEGINNING + reason.encode("utf-8", "replace"))[:MOST_BYTES]


def refused(content: bytes) -> str | None:
    """The reason, by the first MOST_BYTES of a file; None: it is an index."""
    if not content.startswith(_BEGINNING):
        return None
    return content[len(_BEGINNING) : MOST_BYTES].decode("utf-8", "replace")
