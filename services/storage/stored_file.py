"""A file of a place, as its listing tells it; and which files are wanted of a listing."""

from collections.abc import Callable, Container
from dataclasses import dataclass

from services.http.representation import EntityTag

HEAD_BYTES = 1024
ByHead = Callable[[bytes], bool]  # by the first HEAD_BYTES of a file, or all of it
# By a file's name, and the names of all that stands beside it. Where these leave a doubt, the answer is what tells by
# the first bytes: they are read where that costs little, and elsewhere the file is listed.
Wanted = Callable[[str, Container[str]], bool | ByHead]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """``path`` is relative to the folder or bucket, with "/"; ``location`` is where the worker can read it: absolute
    and free of links, or of what is in no folder the URL at this server; ``modified_s`` in seconds since 1970;
    ``device`` the number of its file system, ``inode`` its own there (0: it has none); ``entity_tag`` is of its
    version at the scan. ``is_archived``: it
    cannot be read until somebody restores it, as far as the list tells."""

    path: str
    location: str
    size: int
    modified_s: float
    device: int
    entity_tag: EntityTag
    is_archived: bool = False
    inode: int = 0

    @property
    def version(self) -> str:
        """Names this version of the file among all versions of all files of a library.

        Entity tags are unique among the versions of one file only (RFC 9110 §8.8.3): hard links have the same one,
        objects of the same content too, and some web servers make them of date and size.
        """
        return f"{self.entity_tag} {self.path}"
