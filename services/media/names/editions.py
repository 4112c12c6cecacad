"""The edition in a film's name, which tells two cuts of one film apart: "Director's Cut", "Extended", "IMAX".

Tested by tests/services/media/names/test_film_name.py.
"""

import re

from services.media.names.release_words import is_open, without_ending

_CUT = r"(?:cut|edition|version|collection)"
_EDITION = re.compile(
    r"(?<![^\W_])(?:(?:the )?(?:(?:director'?s|theatrical|extended|final|ultimate|special|collector'?s|producer'?s"
    rf"|international|(?:\d+th )?anniversary|unrated|uncut|alternate|criterion) ){{1,2}}{_CUT}"
    r"|theatrical|extended|unrated|uncut|remastered|imax|criterion|despecialized|open matte)(?![^\W_])",
    re.IGNORECASE,
)
_ANY_EDITION = re.compile(
    rf"(?<![^\W_])(?:[^\W_][\w'’]{{0,30}} ){{1,3}}{_CUT}(?![^\W_])"
    r"|(?<![^\W_])(?:restored|roadshow|uncensored|colou?ri[sz]ed|redux)(?![^\W_])",
    re.IGNORECASE,
)  # words that count only behind a year
_INITIALS_OF_CUT = re.compile(r"(?<![^\W_])DC(?![^\W_])")
_LONGEST_EDITION = 4  # words


def edition_in(after: str, tags: str) -> tuple[str | None, str]:
    """The editions in ``after``, which follows a title, and in a release's ``tags``; and ``after`` without them."""
    if tags:
        after = _INITIALS_OF_CUT.sub("Director's Cut", after)
    editions = _EDITION.findall(f"{after} {tags}")
    after = _EDITION.sub("", after)
    editions += _ANY_EDITION.findall(after)
    return ", ".join(dict.fromkeys(map(_in_words, editions))) or None, _ANY_EDITION.sub("", after)


def edition_apart(title: str, least: int = 1) -> tuple[str, str | None]:
    """The title of a release without the edition at its end, and that edition. In a release's name nothing separates
    the two. At least ``least`` words of the title are left."""
    parts = title.split()
    for count in range(min(_LONGEST_EDITION, len(parts) - least), 0, -1):
        edition, before = " ".join(parts[-count:]), without_ending(" ".join(parts[:-count]))
        if _EDITION.fullmatch(edition) and not is_open(before):
            return before, _in_words(edition)
    return title, None


def _in_words(edition: str) -> str:
    """The edition as people write it: "DIRECTORS CUT" as "Director's Cut"."""
    spelled = re.sub(r"(?i)\b(director|collector|producer)s\b", r"\1's", edition)
    if spelled not in (spelled.upper(), spelled.lower()):
        return spelled
    return spelled.title().replace("'S", "'s").replace("Imax", "IMAX")
