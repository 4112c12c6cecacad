"""A file as a listing describes it, and the question which files a listing is to have.

Tested by tests/services/storage/local/test_folder.py.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass

from services.http.representation import EntityTag

HEAD_BYTES = 1024
ByHead = Callable[[bytes], bool]  # decides by the first HEAD_BYTES of a file, or all of it if it is shorter
# Decides by a file's name and the names of its siblings. If the name is ambiguous (".ts" may be TypeScript or a film),
# it returns a function that decides by the first bytes. Folders read them, up to a size. Buckets and web servers list
# the file instead, since each look would be a request; the worker finds out later.
Wanted = Callable[[str, Container[str]], bool | ByHead]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """``path`` is relative to the folder or bucket, with "/". ``location`` is where the worker reads the file: an
    absolute path free of links, or a URL at this server for what is in no folder. ``size`` is in bytes, ``modified_s``
    in seconds since 1970. ``device`` is the number of its file system, and ``inode`` its number there (0: none).
    ``entity_tag`` is of the version that was listed. ``is_archived``: the list says that the object must be restored
    from the store's archive before it can be read."""

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
        """A key that is unique among all versions of all files of a library.

        An entity tag alone is unique only among the versions of one file (RFC 9110 §8.8.3). Hard links share one, so
        do objects of the same content, and some web servers make theirs from date and size.
        """
        return f"{self.entity_tag} {self.path}"
