"""The mark of an extra, such as a trailer or a deleted scene: at the end of its name, or the name of its folder.

Tested by tests/services/media/names/test_film_name.py.
"""

import re

from services.media.names.titles import titled

_EXTRA_SUFFIX = re.compile(
    r"(?:(?: ?- ?|[._]|^)(trailer|sample)|-(behindthescenes|deleted(?:scene)?|featurette))\d*$", re.I
)
_EXTRA_SUFFIX_IN_OWN_FOLDER = re.compile(r"-(interview|scene|clip|short|other|extra)\d*$", re.IGNORECASE)
_EXTRA_FOLDERS = {
    "trailers": "trailer",
    "sample": "sample",
    "samples": "sample",
    "behind the scenes": "behind the scenes",
    "deleted scenes": "deleted scene",
    "featurettes": "featurette",
    "extras": "extra",
}
_EXTRA_FOLDERS_IN_OWN_FOLDER = {
    "interviews": "interview",
    "scenes": "scene",
    "clips": "clip",
    "shorts": "short",
    "other": "extra",
    "others": "extra",
}
_EXTRAS = {
    "behindthescenes": "behind the scenes",
    "deleted": "deleted scene",
    "deletedscene": "deleted scene",
    "other": "extra",
}


def marked_extra(stem: str, folders: list[str]) -> tuple[str, str | None]:
    """The name without the mark of an extra, and the kind of extra. None: it is no extra."""
    inown_folder = own_folder(folders) is not None
    match = _EXTRA_SUFFIX.search(stem) or (_EXTRA_SUFFIX_IN_OWN_FOLDER.search(stem) if inown_folder else None)
    if match:
        kind = next(filter(None, match.groups())).lower()
        return stem[: match.start()] or stem, _EXTRAS.get(kind, kind)
    folder = folders[-1].casefold() if len(folders) > 1 else ""
    kind_of_folder = _EXTRA_FOLDERS.get(folder)
    if kind_of_folder is None and own_folder(folders[:-1]):
        kind_of_folder = _EXTRA_FOLDERS_IN_OWN_FOLDER.get(folder)
    return stem, kind_of_folder


def is_extras_folder(name: str) -> bool:
    """Whether a folder of this name may hold the extras of a film beside it."""
    return name.casefold() in _EXTRA_FOLDERS or name.casefold() in _EXTRA_FOLDERS_IN_OWN_FOLDER


def own_folder(folders: list[str]) -> tuple[str, int] | None:
    """Title and year of the film to which the last folder belongs: "The Matrix (1999)". None: to no single film."""
    if not folders or not re.search(r"[(\[]\d{4}[)\]]", folders[-1]):
        return None
    found = titled(folders[-1])
    return (found.title, found.year) if found.year else None
