"""Shares: links to a film, a series or a folder, for people without the password. A link is a part of a URL's path.

"s.k3Jx0aQe.Vb7….6f0a1c00.6f0b6d80.dk.q2Zk….9kd8…": its id, what it leads to, from when and until when it is good (Unix
time, in hexadecimal digits; 0: at once, for ever), whether films may be downloaded ("d", or "w": only watched) and
whether it is good only while a list has it ("k"), the code that is asked for ("": none), signature. What it leads to
and the code are there as signatures of them. So a link tells no name, and nobody can try codes without asking the
server.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from secrets import token_urlsafe

from services.access.signing import Signer

MOST_CODE_CHARS = 64
_ID_BYTES = 6  # 8 characters
_SUBJECT_CHARS, _CODE_CHARS = 11, 11  # 66 bits of a signature: a guess has to be shown to the server
_LONGEST = 96
_FORM = re.compile(
    r"s\.([A-Za-z0-9_-]{8})\.([A-Za-z0-9_-]{11})\.([0-9a-f]{1,10})\.([0-9a-f]{1,10})\.([dw])(k?)\.([A-Za-z0-9_-]{11})?"
    r"\.([A-Za-z0-9_-]{22})"
)
_SHARE, _SUBJECT, _CODE, _ENTERED = "share", "share of", "code of", "code entered for"


class Form(Enum):
    FILM = "film"
    SERIES = "series"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is shared: a film by its path, a series by its name, or all films below a folder, by its path."""

    form: Form
    name: str


@dataclass(frozen=True, slots=True)
class Terms:
    """From when until when (Unix time; 0: at once, for ever), whether films may be downloaded, and the code that is to
    be asked for. "": none."""

    begins_s: int = 0
    ends_s: int = 0
    downloads: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What a link says. ``subject`` and ``code`` are signatures. ``is_kept``: it is open only while a list has it."""

    id: str
    subject: str
    begins_s: int
    ends_s: int
    downloads: bool
    is_kept: bool
    code: str

    def has_ended(self, now_s: float) -> bool:
        return 0 < self.ends_s <= now_s

    def has_begun(self, now_s: float) -> bool:
        return self.begins_s <= now_s


def link(signer: Signer, subject: Subject, terms: Terms, *, is_kept: bool = False) -> str:
    """A new link. No other has its id, so two of the same film can be taken back one by one. ``is_kept``: it is worth
    nothing where it is in no list; so it stays closed when it was taken back, whatever becomes of the list."""
    id_ = token_urlsafe(_ID_BYTES)
    code = _of_code(signer, id_, terms.code) if terms.code else ""
    text = (
        f"s.{id_}.{_of_subject(signer, subject)}.{terms.begins_s:x}.{terms.ends_s:x}"
        f".{'d' if terms.downloads else 'w'}{'k' if is_kept else ''}.{code}"
    )
    return f"{text}.{signer.signature(_SHARE, text)}"


@lru_cache(maxsize=512)  # of those who watch; each range is a request
def share_of(signer: Signer, text: str) -> Share | None:
    """What the link says. None: it is not ours."""
    found = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or not signer.verifies(found[8], _SHARE, text.rpartition(".")[0]):
        return None
    id_, subject, begins, ends, downloads, kept, code, _ = found.groups()
    return Share(id_, subject, int(begins, 16), int(ends, 16), downloads == "d", kept == "k", code or "")


def leads_to(signer: Signer, share: Share) -> Callable[[Subject], bool]:
    """A function that tells whether the share leads to a subject."""
    return lambda subject: _of_subject(signer, subject) == share.subject


def is_code(signer: Signer, share: Share, given: str) -> bool:
    return hmac.compare_digest(share.code, _of_code(signer, share.id, given))


def proof(signer: Signer, share: Share) -> str:
    """What shows later on that the code of the share was entered."""
    return signer.signature(_ENTERED, share.id, share.code)


def shows_code(signer: Signer, share: Share, shown: str) -> bool:
    """Whether ``shown`` is the proof. True where no code is asked for."""
    return not share.code or signer.verifies(shown, _ENTERED, share.id, share.code)


def _of_subject(signer: Signer, subject: Subject) -> str:
    return signer.signature(_SUBJECT, subject.form.value, subject.name)[:_SUBJECT_CHARS]


def _of_code(signer: Signer, id_: str, code: str) -> str:
    return signer.signature(_CODE, id_, _readable_code(code))[:_CODE_CHARS]


def _readable_code(code: str) -> str:
    """The same for all ways in which people copy a code: without blanks, in small letters."""
    return "".join(code.split()).casefold()
