"""What was found out about films, kept on disk: a folder for each version of a film, by its entity tag.

Nothing in it is needed: what is missing, damaged or of another version of this program is found out again.
All but ``open`` waits for the disk, and is not for the event loop.
"""

import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from services.http.representation import EntityTag
from services.storage.disks import Disk
from services.storage.local_file import LocalFile
from services.storage.open_files import OpenFiles

_log = logging.getLogger(__name__)

MAX_BYTES = 2**30  # films that are in no library, and what can be spared of others, go when there is more
UNUSED_S = 60 * 86_400.0  # a film that was in no library for so long goes anyway
_USED_WITHIN_S = 86_400.0  # how exactly the time of the last use is kept
_MOST_OPEN = 64
_BACKUPS_SKIP_THIS = "Signature: 8a477f597d28d172789f06886806bc55\n"  # https://bford.info/cachedir/


class Cache:
    """Below ``folder``, which is made; below a temporary one where that cannot be written to, if that can."""

    def __init__(self, folder: Path) -> None:
        self._films = folder / "films"
        self._temporary: Path | None = None
        self._disk = Disk()
        self._open_files = OpenFiles(_MOST_OPEN)
        self._warned = False
        try:
            self._films = _films_folder(folder)
        except OSError as error:
            self._warn(error)
            with suppress(OSError):
                self._temporary = Path(tempfile.mkdtemp(prefix="movie-streaming-"))
                self._films = _films_folder(self._temporary)

    def path(self, film: EntityTag, name: str) -> Path:
        """Where what is called ``name`` is, or belongs; the folder is there. Raises OSError."""
        path = self._films / _folder_name(film) / name
        path.parent.mkdir(exist_ok=True)
        return path

    def has(self, film: EntityTag, name: str) -> bool:
        """Whether there is a file of this name, and something in it."""
        try:
            return os.path.getsize(self._films / _folder_name(film) / name) > 0
        except OSError:
            return False

    def open(self, film: EntityTag, name: str, media_type: str) -> AbstractAsyncContextManager[LocalFile]:
        """Raises FileVanished or StorageError."""
        return self._open_files.open(str(self._films / _folder_name(film) / name), media_type, self._disk)

    def load(self, film: EntityTag, name: str) -> Any:
        """What was stored under this name; None where nothing was, or where it is damaged. The film counts as used."""
        folder = self._films / _folder_name(film)
        try:
            digest, _, content = (folder / name).read_bytes().partition(b"\n")
            if digest != _digest(content):
                return None
            if time.time() - folder.stat().st_mtime > _USED_WITHIN_S:
                os.utime(folder)
        except OSError:
            return None
        return json.loads(content)

    def store(self, film: EntityTag, name: str, value: object) -> None:
        """Keeps what JSON can say; or warns, once, where the disk does not let it."""
        content = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        try:
            path = self.path(film, name)
            part = path.with_name(f"{name}.{os.getpid()}.part")
            part.write_bytes(_digest(content) + b"\n" + content)
            part.replace(path)
        except OSError as error:
            self._warn(error)

    def sweep(self, used: Collection[EntityTag], sparable: str) -> None:
        """Forgets films that were not ``used`` for long; and where there is too much, first all others that are
        not, then what is called ``sparable`` of those that are: each time the oldest first."""
        names = {_folder_name(film) for film in used}
        now_s = time.time()
        folders = sorted(self._films.glob("*"), key=_modified_s)
        total_bytes = sum(map(_size, folders))
        for folder in folders:
            is_old = now_s - _modified_s(folder) > UNUSED_S
            if folder.name not in names and (is_old or total_bytes > MAX_BYTES):
                total_bytes -= _size(folder)
                shutil.rmtree(folder, ignore_errors=True)
        for file in sorted(self._films.glob(f"*/{sparable}"), key=_modified_s):
            if total_bytes > MAX_BYTES:
                total_bytes -= file.stat().st_size
                file.unlink(missing_ok=True)

    def close(self) -> None:
        self._open_files.close()
        self._disk.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            _log.warning("what is found out about films is not kept: %s: %s", error.strerror, ascii(error.filename))
        self._warned = True


def _films_folder(folder: Path) -> Path:
    """A folder of our own, in which nothing else can be swept away. Raises OSError."""
    films = Path(os.path.realpath(folder)) / "films"
    films.mkdir(parents=True, exist_ok=True)
    (films.parent / "CACHEDIR.TAG").write_text(_BACKUPS_SKIP_THIS, "ascii")
    with tempfile.TemporaryFile(dir=films):
        return films


def _folder_name(film: EntityTag) -> str:
    return blake2b(film.opaque.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=12).hexdigest().encode("ascii")


def _modified_s(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _size(folder: Path) -> int:
    """Bytes of the files in it."""
    with suppress(OSError):
        return sum(file.stat().st_size for file in folder.iterdir())
    return 0
