"""Subtitles with the styles that they were made with: files of Advanced SubStation Alpha, as renderers take them.

A film has their parts: the head of the file with the track, a row without its times in each packet, and fonts as
attachments. A file has a section for fonts, in a form of Base64 (http://www.tcax.org/docs/ass-specs.htm, appendix B).
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence

MOST_FONTS = 64
MOST_FONT_BYTES = 24 * 2**20  # of all fonts of a film
_EVENTS = (
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"  # as packets have them
)
_FONTS = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf")  # how TrueType and OpenType begin
_BASE64 = bytes(range(65, 91)) + bytes(range(97, 123)) + bytes(range(48, 58)) + b"+/"
_DIGITS = bytes.maketrans(_BASE64, bytes(range(33, 97)))
_LINE = 80  # digits


def styled_file(head: str, rows: Iterable[tuple[int, int, str]], fonts: Sequence[bytes] = ()) -> str:
    """The file. ``rows`` are the start and end in milliseconds, and what a packet of Matroska has: its number in the
    original order, and the columns without those of the times."""
    head = head.replace("\r\n", "\n").rstrip("\n\0 ")
    if "[events]" not in head.lower():
        head = f"{head}\n\n{_EVENTS}"
    dialogue = [_dialogue(*row) for row in sorted(rows, key=_place)]
    return "\n".join([_with_fonts(head, fonts), *filter(None, dialogue), ""])


def fonts_among(attachments: Iterable[bytes]) -> list[bytes]:
    """Those that are fonts, within bounds."""
    fonts: list[bytes] = []
    size = 0
    for content in attachments:
        if content.startswith(_FONTS) and len(fonts) < MOST_FONTS and size + len(content) <= MOST_FONT_BYTES:
            fonts.append(content)
            size += len(content)
    return fonts


def _place(row: tuple[int, int, str]) -> int:
    number = row[2].partition(",")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def _dialogue(start_ms: int, end_ms: int, columns: str) -> str:
    _, _, columns = columns.partition(",")
    layer, comma, rest = columns.partition(",")
    rest = rest.replace("\r", "").replace("\n", "\\N").replace("\0", "")
    return f"Dialogue: {layer},{_time(start_ms)},{_time(end_ms)},{rest}" if comma else ""


def _time(time_ms: int) -> str:
    hundredths = max(time_ms, 0) // 10
    seconds, minutes = hundredths // 100, hundredths // 6000
    return f"{minutes // 60}:{minutes % 60:02}:{seconds % 60:02}.{hundredths % 100:02}"


def _with_fonts(head: str, fonts: Sequence[bytes]) -> str:
    """The head with a section of fonts in front of the events."""
    if not fonts:
        return head
    place = head.lower().index("[events]")
    section = "".join(f"{line}\n" for line in _font_lines(fonts))
    return f"{head[:place]}[Fonts]\n{section}\n{head[place:]}"


def _font_lines(fonts: Sequence[bytes]) -> Iterator[str]:
    for number, font in enumerate(fonts):
        yield f"fontname: font{number}_0.ttf"
        digits = b64encode(font).rstrip(b"=").translate(_DIGITS).decode("ascii")
        for begin in range(0, len(digits), _LINE):
            yield digits[begin : begin + _LINE]
