"""The text of an .nfo file, repaired so that a strict parser takes it.

People write such files by hand, and programs append to them. So they have encodings of all kinds, ampersands and
entities of HTML, several roots, and a URL before or after the XML, which is for the scraper that wrote it.
"""

import re
from collections.abc import Iterator
from html import escape
from html.entities import html5

from services.media.text.text_encoding import decoded

ROOT = "nfo"  # of the text that is returned

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']""")
_PROLOGUE = re.compile(r"<\?xml[^>]{0,200}\?>|<!DOCTYPE[^>\[]{0,500}>", re.IGNORECASE)
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_REFERENCE = re.compile(r"&(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2
_OF_XML = frozenset({"amp", "apos", "gt", "lt", "quot"})
_UNICODE = ("utf", "ucs", "unicode")  # the bytes tell these better than a declaration does


def nfo_text(content: bytes) -> str:
    """The text with all that stands in it below one element, named ROOT. Never fails: what is no XML stays none."""
    text = _ILLEGAL.sub("", _PROLOGUE.sub("", _decoded(content)))
    return f"<{ROOT}>{''.join(_repaired_parts(text))}</{ROOT}>"


def _decoded(content: bytes) -> str:
    declared = _DECLARED.match(content)
    encoding = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if not encoding.startswith(_UNICODE) and not _is_utf_8(content):
        try:
            return content.decode(encoding, "replace")
        except (LookupError, ValueError):
            pass
    return decoded(content)


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _repaired_parts(text: str) -> Iterator[str]:
    """The text with its references repaired, but for sections of CDATA, which have none."""
    begin = 0
    while (section := text.find(_CDATA, begin)) >= 0 and (end := text.find(_CDATA_END, section)) >= 0:
        yield _REFERENCE.sub(_repaired, text[begin:section])
        begin = end + len(_CDATA_END)
        yield text[section:begin]
    yield _REFERENCE.sub(_repaired, text[begin:])


def _repaired(reference: re.Match[str]) -> str:
    """A reference as XML has it: "&" alone stands for itself, and so does what is no character."""
    name = reference[1]
    if name is None:
        return "&amp;"
    if name in _OF_XML:
        return reference[0]
    if name[0] != "#":
        return escape(html5.get(f"{name};", reference[0]), quote=False)
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return "" if number > 0x10FFFF or _ILLEGAL.match(chr(number)) else reference[0]
