"""The fields of a response head (RFC 9110 §5.3, §5.6.1; RFC 9112 §5)."""

import re
from collections.abc import Iterable, Iterator, Mapping

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH = re.compile(r"[0-9]{1,18}")  # digits; no film is longer
_SPACE = " \t"


class Fields(Mapping[str, str]):
    """Field values by name. Names are case-insensitive.

    Several lines of the same name are joined with ", " (RFC 9110 §5.3). Equal lines are joined only once. So a field
    that may occur once, such as ETag, survives a repetition; and two different values make it invalid.
    """

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        values: dict[str, dict[str, None]] = {}
        for name, value in lines:
            values.setdefault(name.lower(), {})[value] = None
        self._values = {name: ", ".join(each) for name, each in values.items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def members(self, name: str) -> list[str]:
        """The members of a comma-separated list, in lower case, without empty ones."""
        members = (member.strip(_SPACE) for member in self.get(name, "").lower().split(","))
        return [member for member in members if member]


def parse_fields(lines: Iterable[str]) -> Fields:
    """Parses lines, given without their line ends. A line that begins with a blank continues the one before
    (obsolete line folding, RFC 9112 §5.2).

    Raises ValueError if any line is not a field: the others cannot be trusted then.
    """
    fields: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(tuple(_SPACE)):
            if not fields:
                raise ValueError("space before the first field")
            fields[-1][1].append(line.strip(_SPACE))
            continue
        name, colon, value = line.partition(":")
        name = name.rstrip(_SPACE)  # RFC 9112 §5.1: a proxy removes blanks before the colon
        if not colon or not _NAME.fullmatch(name):
            raise ValueError("a line is not a field")
        fields.append((name, [value.strip(_SPACE)]))
    return Fields((name, " ".join(parts).strip(_SPACE)) for name, parts in fields)


def content_length(fields: Fields) -> int | None:
    """The value of Content-Length; None if it is absent. Raises ValueError if it is malformed, or has two values
    that differ (RFC 9112 §6.3)."""
    if "Content-Length" not in fields:
        return None
    lengths = set(fields.members("Content-Length"))
    length = lengths.pop() if len(lengths) == 1 else ""
    if not _LENGTH.fullmatch(length):
        raise ValueError("no length, or several")
    return int(length)
