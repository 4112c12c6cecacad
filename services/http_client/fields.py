"""The fields of an answer's head (RFC 9110 §5.3, §5.6.1; RFC 9112 §5)."""

import re
from collections.abc import Iterable, Iterator, Mapping

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH = re.compile(r"[0-9]{1,18}")  # longer than that is no film
_SPACE = " \t"


class Fields(Mapping[str, str]):
    """Values by the names of fields, in any case.

    Lines of the same name are one list, with commas between. Those that say the same again count once: what may stand
    there but once is then as good as said once, and what is said in two ways is no tag, length or date.
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
        """Those of a list, in lower case. Empty ones are none."""
        members = (member.strip(_SPACE) for member in self.get(name, "").lower().split(","))
        return [member for member in members if member]


def parse_fields(lines: Iterable[str]) -> Fields:
    """Lines without their ends. One that begins with space goes on with the one before (RFC 9112 §5.2).

    Raises ValueError where one is no field: nobody knows then what the others were meant to be.
    """
    fields: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(tuple(_SPACE)):
            if not fields:
                raise ValueError("space before the first field")
            fields[-1][1].append(line.strip(_SPACE))
            continue
        name, colon, value = line.partition(":")
        name = name.rstrip(_SPACE)  # as a proxy has to do: RFC 9112 §5.1
        if not colon or not _NAME.fullmatch(name):
            raise ValueError("no field")
        fields.append((name, [value.strip(_SPACE)]))
    return Fields((name, " ".join(parts).strip(_SPACE)) for name, parts in fields)


def content_length(fields: Fields) -> int | None:
    """None: it is not said. Raises ValueError where it is none, or there are several (RFC 9112 §6.3)."""
    if "Content-Length" not in fields:
        return None
    lengths = set(fields.members("Content-Length"))
    length = lengths.pop() if len(lengths) == 1 else ""
    if not _LENGTH.fullmatch(length):
        raise ValueError("no length, or several")
    return int(length)
