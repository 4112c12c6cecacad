"""What a request may be due: who asks, and what is asked for. rule.py holds one against the other.

Tested by tests/services/access/test_rule.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from services.access.shares import Share


class Kind(Enum):
    """What a resource is, as far as access goes."""

    OPEN = auto()  # the sign-in page with its style, and the health check: they tell nothing of the films
    PAGE = auto()  # the page and its scripts
    LIST = auto()  # of all films, or of those in a folder
    FILMS_DUE = auto()  # lists, playlists and tickets of the films due to whoever asks: all, or those of a share
    FILM = auto()  # the bytes of one film, as a file or as segments
    DOWNLOAD = auto()  # the bytes of one film, for somebody at a browser who does not watch it there
    PICTURE = auto()  # of one film, or what is said of it
    SUBTITLES = auto()  # of one film
    CONTROL = auto()  # of access itself: shares
    ABSENT = auto()  # there is no such resource


@dataclass(frozen=True, slots=True)
class Resource:
    """``film`` is the path of the film that the resource belongs to; "": it belongs to none."""

    kind: Kind
    film: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """One film by its path, or, with ``is_folder``, all films below a folder. The folder "" is the whole library."""

    path: str
    is_folder: bool = False

    def covers(self, film: str) -> bool:
        """Never true for a path with "." or "..": a proxy's cache may have another film there."""
        if not film or not {".", ".."}.isdisjoint(film.split("/")):
            return False
        if not self.is_folder:
            return film == self.path
        return not self.path or film.startswith(f"{self.path}/")


@dataclass(frozen=True, slots=True)
class Nobody:
    """Has shown nothing that is valid."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Knows the password: by a session's cookie, or in the Authorization field. Anybody where there is none."""


@dataclass(frozen=True, slots=True)
class ProxyUser:
    """Was signed in by a proxy that is trusted, which says so in a field of the request."""

    name: str


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """A player that has the link to a film, or to the films of a folder."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class ShareHolder:
    """Somebody to whom the owner has sent a link to a film, a series or a folder.

    ``films`` has the paths of all films that are shared, by those under which the holder knows them: these have no
    folder above what is shared. ``share`` is what the link says.
    """

    films: Mapping[str, str]
    share: Share


Grant = Nobody | Owner | ProxyUser | TicketHolder | ShareHolder
