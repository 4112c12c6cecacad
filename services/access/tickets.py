"""Tickets: links to one film or folder, for players that cannot sign in. A ticket is a part of the path of a URL.

"f.6f0a1c00.…" is a ticket of a film, "2.6f0a1c00.…" one of a folder whose path has two parts: kind, end (Unix time, in
hexadecimal digits), signature. The path is signed, but not written: the URL behind the ticket has it.
"""

import re
from functools import lru_cache

from services.access.grants import Scope, TicketHolder
from services.access.signing import Signer

LEAST_LASTS_S = 12 * 3600
FOLDER_LASTS_S = 7 * 86_400  # a series is watched over days
_ROUNDED_S = 3600  # so that what has a ticket in it, such as a playlist, is the same for a while
_LONGEST = 64  # longer ones are none, and would be kept
_FORM = re.compile(r"(f|[0-9]{1,3})\.([0-9a-f]{1,10})\.([A-Za-z0-9_-]{22})")
_PURPOSE = "ticket"


def lasts_s(film_s: float) -> int:
    """For how long a ticket of a film that takes ``film_s`` seconds is valid: time for pauses, too."""
    return max(LEAST_LASTS_S, int(2 * film_s))


def end_after(now_s: float, lasts_s: int) -> int:
    """When a ticket ends that is to be valid for ``lasts_s`` at least: at the next full hour."""
    return -int(-(now_s + lasts_s) // _ROUNDED_S) * _ROUNDED_S


def ticket(signer: Signer, scope: Scope, end_s: int, share: str = "") -> str:
    """A ticket that is valid until ``end_s`` (Unix time). With the id of a ``share`` it counts by the link of that
    alone, for the films as its holder knows them."""
    kind = str(len(_parts(scope.path))) if scope.is_folder else "f"
    return f"{kind}.{end_s:x}.{signer.signature(_purpose(share), kind, end_s, *_parts(scope.path))}"


def holder(signer: Signer, text: str, film: str, now_s: float, share: str = "") -> TicketHolder | None:
    """Whoever asks for something of ``film`` with the ticket ``text``. None: it is not valid there, or not any more."""
    signed = _signed_holder(signer, text, film, share) if len(text) <= _LONGEST else None
    return signed[0] if signed and now_s < signed[1] else None


@lru_cache(maxsize=512)  # of those who watch; each range is a request
def _signed_holder(signer: Signer, text: str, film: str, share: str) -> tuple[TicketHolder, int] | None:
    """The holder, and when the ticket ends. None: it is not valid for the film."""
    found = _FORM.fullmatch(text)
    if found is None or not film:
        return None
    kind, end, signature = found.groups()
    parts = _parts(film) if kind == "f" else _parts(film)[: int(kind)]
    if not signer.verifies(signature, _purpose(share), kind, int(end, 16), *parts):
        return None
    return TicketHolder(Scope("/".join(parts), is_folder=kind != "f")), int(end, 16)


def _purpose(share: str) -> str:
    return f"{_PURPOSE} of {share}" if share else _PURPOSE


def _parts(path: str) -> list[str]:
    return path.split("/") if path else []
