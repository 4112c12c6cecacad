"""Paths as they may be shown: bytes that are no UTF-8 and characters that cannot be printed would break lists.

Tested by tests/services/test_hostile_names.py.
"""

import unicodedata

_JOINERS = "\u200c\u200d"  # not to be seen, but some scripts and emoji are wrong without them


def printable(path: str) -> str:
    """``path`` as printable text in NFC. Bytes that are not UTF-8 (surrogates, PEP 383) become U+FFFD; characters that
    cannot be printed, such as line ends, become spaces. A printable path in NFC stays the same."""
    if path.isascii() and path.isprintable():
        return path
    text = unicodedata.normalize("NFC", path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)
