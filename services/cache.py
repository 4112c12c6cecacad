"""The cache on disk: details, posters, storyboards, subtitles and sound, in a folder for each version of a file.

Nothing in it is needed: what is missing or damaged is made again. The folder may vanish, fill up or be shared with
other servers at any time. Each file is made as a draft in a folder that nobody else knows, sealed with its digest, and
moved to its place, so it is there whole or not at all (services/storage/local/sealed_file.py).

People may keep their films in the same folder. So everything of ours is in ``.movie-streaming`` below it, which
libraries do not scan, with a CACHEDIR.TAG that keeps backups out. Only ``films/<24 hexadecimal digits>/`` with its
``*.ass, *.cues, *.index, *.jpg, *.json, *.m4s, *.vtt``, ``*.ass.gz, *.vtt.gz`` and ``drafts/<16 digits>`` are counted
or deleted, each file by itself. The folder itself may be a link; below it no link is followed, and nothing is kept
where a link stands in place of our folders.

``has``, ``load``, ``store`` and ``sweep`` block on the disk: call them in the cache's ``threads``.
"""

import errno
import json
import logging
import math
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any, TypeVar

from services.errors import CacheFailed, StorageError, WorkerFailed
from services.storage.local.disks import Disk
from services.storage.local.local_file import LocalFile
from services.storage.local.open_files import OpenFiles
from services.storage.local.sealed_file import open_sealed_file, seal_file, unsealed
from services.storage.source import Source
from services.threads import Threads

_log = logging.getLogger(__name__)

MAX_BYTES = 2**30  # the limit of all files together; beyond it a sweep deletes some
UNUSED_S = 60 * 86_400.0  # the files of a film that was in no library for this long are deleted in any case
_STALE_S = 86_400.0  # a draft of this age was left by a server that was killed
_USED_WITHIN_S = 86_400.0  # how exactly the time of the last use is kept
_ROOM_BYTES = 256 * 1024  # free space needed before work begins: most pictures and subtitles are shorter
_LONG_BYTES = 4 * 2**20  # if this much is not free after a job failed, want of space is taken for the reason
_OUR_FOLDER = ".movie-streaming"  # hidden, so a library that the cache is kept in does not show or scan it
_FILM = re.compile(r"[0-9a-f]{24}")  # names of the folders of films
_FILE = re.compile(r"[a-z0-9.-]+\.(?:ass|ass\.gz|cues|index|jpg|json|m4s|vtt|vtt\.gz)")  # names of the files in them
_DRAFT = re.compile(r"[0-9a-f]{16}")
_THREADS = 2  # for work without a time limit: recalling or sweeping all films may take minutes
_CHUNK_BYTES = 64 * 1024
_BACKUPS_SKIP_THIS = "Signature: 8a477f597d28d172789f06886806bc55\n"  # https://bford.info/cachedir/

T = TypeVar("T")


class Cache:
    """The cache below ``folder``. ``most_open`` is how many different files of it may be open at once.

    ``most_bytes`` limits all files together. The folder is made when it is first used, not at the start, so that a disk
    that hangs does not hold the start up. If it cannot be written to then, a temporary folder is used. If it cannot be
    written to later, there is one warning, and ``draft`` raises CacheFailed before any work begins.
    """

    def __init__(self, folder: Path, most_open: float = math.inf, most_bytes: int = MAX_BYTES) -> None:
        self._most_bytes = most_bytes
        self._root = folder.absolute()
        self._temporary: Path | None = None
        self.threads = Threads("cache", _THREADS)
        self._disk = Disk()
        self._open_files = OpenFiles(most_open, self._opened)
        self._used: frozenset[str] | None = None  # names of the folders of the library's films; None: not known yet
        self._last = ""  # the name of the files that a sweep deletes last
        self._bytes: int | None = None  # of all files; None: not counted yet
        self._sweeping = Lock()
        self._warned = False
        self._choosing = Lock()
        self._is_chosen = False  # whether _root is settled

    def path(self, version: str, name: str) -> Path:
        """The path at which the file ``name`` of this version is kept, whether it is there or not."""
        return self._films / _folder_name(version) / name

    def has(self, version: str, name: str) -> bool:
        """Whether there is such a file, and it is not empty. Whether it is whole is checked when it is opened."""
        try:
            return os.path.getsize(self.path(version, name)) > 0
        except OSError:
            return False

    def open(self, version: str, name: str, media_type: str) -> AbstractAsyncContextManager[LocalFile]:
        """Opens a file. Its entity tag is the digest of its content, so it is the same at all servers. A name that
        ends in ".gz" has a content coding of gzip. Raises FileVanished where it is missing or damaged (a damaged file
        is deleted), or StorageError. The digest is checked in a thread: 5 ms for 4 MiB. What stands before it can be
        sent by zero copy, as films are."""
        return self._open_files.open(str(self.path(version, name)), media_type, self._disk)

    def load(self, version: str, name: str) -> Any:
        """The JSON value that ``store`` kept; None where it is missing or damaged. Counts as a use of the version."""
        self._choose()
        path = self.path(version, name)
        try:
            content = unsealed(path.read_bytes())
            if content is None:
                return None
            if time.time() - path.parent.stat().st_mtime > _USED_WITHIN_S:
                os.utime(path.parent, follow_symlinks=False)
        except OSError:
            return None
        return json.loads(content)

    def store(self, version: str, name: str, value: object) -> None:
        """Keeps a JSON value. Where that fails, it is not kept, and there is one warning."""
        content = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        try:
            self._prepare()
            draft = self._drafts / token_hex(8)
            try:
                draft.write_bytes(content)
                self._place(draft, self.path(version, name))
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            self._warn(error)

    @asynccontextmanager
    async def draft(self) -> AsyncIterator[Path]:
        """A new folder for files in the making, deleted at the end; ``keep`` moves files out of it before.

        Raises CacheFailed where it cannot be written to or ``_ROOM_BYTES`` are not free. A WorkerFailed in the block
        becomes CacheFailed if the disk is full.
        """
        folder = await self._ask(self._new_draft, discard=self._delete_later)
        try:
            yield folder
        except WorkerFailed:
            await self._ask(_require_room, folder, _LONG_BYTES)
            raise
        finally:
            with suppress(StorageError):  # of a disk that hangs
                await self._disk.ask(shutil.rmtree, folder, True)  # awaited, since the server may be about to exit

    async def copy(self, source: Source, target: Path) -> None:
        """Writes the content of ``source`` to a file in a draft. Raises StorageError or CacheFailed."""
        position, length = 0, source.representation.complete_length
        while position < length:
            chunk = await source.read(position, min(length - position, _CHUNK_BYTES), length - 1)
            await self._ask(_append, target, chunk)
            position += len(chunk)

    async def keep(self, version: str, draft: Path) -> None:
        """Moves all files of the draft to their places, under their names. Raises CacheFailed.

        A worker made them, and is not trusted: files of foreign names are left out, and a link, or a file that has a
        second name elsewhere, is neither written to nor kept but raises CacheFailed.
        """
        await self._ask(self._keep, version, draft)

    def sweep(self, used: Collection[str], last: str) -> None:
        """Deletes what is not needed; ``used`` are the versions in the library.

        Versions that were in no library for two months go in any case. If there are more than ``most_bytes``, a
        sixteenth is freed: first other versions that are in no library, then sheets, subtitles, sound and indexes, then
        files named ``last`` (posters); the least recently used first, by the access times of the file system. Details
        of versions in use stay, and so does every file that is being read. Drafts of more than a day ago go, too. From
        now on the same is done whenever a write goes beyond the limit.
        """
        self.know(used, last)
        self._sweep()

    def know(self, used: Collection[str], last: str) -> None:
        """Tells which versions are in use, without sweeping now. As for ``sweep``."""
        self._used, self._last = frozenset(map(_folder_name, used)), last

    def close(self) -> None:
        self._open_files.close()
        self._disk.close()
        self.threads.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    @property
    def is_half_empty(self) -> bool:
        """Whether less than half of ``most_bytes`` is used. False while that is not known."""
        return self._bytes is not None and self._bytes < self._most_bytes / 2

    @property
    def _films(self) -> Path:
        return self._root / _OUR_FOLDER / "films"

    @property
    def _drafts(self) -> Path:
        return self._root / _OUR_FOLDER / "drafts"

    @property
    def _folders(self) -> tuple[Path, ...]:
        return self._root / _OUR_FOLDER, self._films, self._drafts

    async def _opened(self, path: str, media_type: str, disk: Disk) -> LocalFile:
        file = await open_sealed_file(path, str(self._root), media_type, disk)
        if media_type.startswith("text/"):  # texts are kept in two codings
            coding = "gzip" if path.endswith(".gz") else None
            file.representation = replace(file.representation, content_coding=coding, vary="Accept-Encoding")
        return file

    def _choose(self) -> None:
        """Decides, once and for good, between the cache's own folder and a temporary one."""
        with self._choosing:
            if self._is_chosen:
                return
            try:
                self._make_folders()
                with tempfile.TemporaryFile(dir=self._films), tempfile.TemporaryFile(dir=self._drafts):
                    pass
            except OSError as error:
                self._warn(error)
                with suppress(OSError):
                    self._root = self._temporary = Path(tempfile.mkdtemp(prefix="movie-streaming-"))
            self._is_chosen = True

    def _prepare(self) -> None:
        """Makes sure that the folders exist; somebody may have deleted them. Raises OSError."""
        self._choose()
        self._make_folders()

    def _make_folders(self) -> None:
        """Raises OSError also where a link stands in place of a folder."""
        self._root.mkdir(parents=True, exist_ok=True)
        for folder in self._folders:
            _make_folder(folder)
        # In our folder and not beside it: what people keep there belongs in their backups.
        with suppress(FileExistsError), (self._root / _OUR_FOLDER / "CACHEDIR.TAG").open("x", encoding="ascii") as tag:
            tag.write(_BACKUPS_SKIP_THIS)

    async def _ask(
        self, question: Callable[..., T], *arguments: object, discard: Callable[[T], None] | None = None
    ) -> T:
        try:
            return await self._disk.ask(question, *arguments, discard=discard)
        except OSError as error:
            self._warn(error)
            raise CacheFailed(f"nothing can be kept: {error.strerror}") from error

    def _delete_later(self, folder: Path) -> None:
        self._disk.tell(shutil.rmtree, folder, True)

    def _new_draft(self) -> Path:
        self._prepare()
        folder = self._drafts / token_hex(8)
        folder.mkdir()
        try:
            _require_room(folder, _ROOM_BYTES)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def _keep(self, version: str, draft: Path) -> None:
        for file in draft.iterdir():
            if _FILE.fullmatch(file.name):
                self._place(file, self.path(version, file.name))
                self._warned = False

    def _place(self, draft: Path, path: Path) -> None:
        """Seals the draft and moves it to where it belongs, so that it is there whole or not at all. Raises OSError."""
        length = seal_file(draft)
        self._move(draft, path)
        self._count(length)

    def _move(self, draft: Path, path: Path) -> None:
        """Moves a draft to its place. Tries twice, since another server may sweep the folder away in between."""
        for is_last_try in (False, True):
            try:
                self._make_folders()
                _make_folder(path.parent)
                draft.replace(path)
                return
            except FileNotFoundError:
                if is_last_try:
                    raise

    def _count(self, written: int) -> None:
        self._bytes = None if self._bytes is None else self._bytes + written
        if self._bytes is None or self._bytes > self._most_bytes:
            self._sweep()

    def _sweep(self) -> None:
        if self._sweeping.acquire(blocking=False):
            try:
                if all(map(_is_folder, self._folders)):
                    self._bytes = _swept(
                        self._films, self._most_bytes, self._used, self._last, self._open_files.paths()
                    )
                    _delete_stale_drafts(self._drafts)
            finally:
                self._sweeping.release()

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            where = error.filename or str(self._root)
            _log.warning("what is found out about films is not kept: %s: %s", error.strerror, ascii(where))
        self._warned = True


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file in the cache. ``used_s`` is its last access as the file system keeps it: mostly to a day, on some file
    systems not at all; then it is the time of writing."""

    path: str
    name: str
    size: int
    used_s: float


def _swept(films: Path, most_bytes: int, used: frozenset[str] | None, last: str, being_read: set[str]) -> int:
    """Sweeps the folder of films, as ``Cache.sweep`` says. Returns how many bytes are left."""
    by_folder = {folder: _files(folder) for folder in _entries(films, _FILM) if _is_folder(folder)}
    total_bytes = sum(file.size for files in by_folder.values() for file in files)
    # Frees a little more than is needed, so that the next sweep is some time away.
    if total_bytes > most_bytes:
        most_bytes = most_bytes * 15 // 16
    now_s = time.time()
    unused = [] if used is None else [folder for folder in by_folder if folder.name not in used]
    last_use = {folder: max((_modified_s(folder), *(each.used_s for each in by_folder[folder]))) for folder in unused}
    for folder in sorted(unused, key=last_use.__getitem__):
        if now_s - last_use[folder] > UNUSED_S or total_bytes > most_bytes:
            total_bytes -= sum(map(_delete, by_folder.pop(folder)))
            _delete_if_empty(folder)
    files = [file for files in by_folder.values() for file in files]
    for file in sorted(files, key=lambda file: (file.name == last, file.used_s)):
        if total_bytes > most_bytes and not file.name.endswith(".json") and file.path not in being_read:
            total_bytes -= _delete(file)
            _delete_if_empty(Path(file.path).parent)
    return total_bytes


def _delete(file: _Kept) -> int:
    """Returns how many bytes that frees."""
    try:
        os.unlink(file.path)
    except OSError:
        return 0
    return file.size


def _delete_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _delete_stale_drafts(drafts: Path) -> None:
    for draft in _entries(drafts, _DRAFT):
        if time.time() - _modified_s(draft) > _STALE_S:
            if _is_folder(draft):
                shutil.rmtree(draft, ignore_errors=True)
            elif draft.is_file() and not draft.is_symlink():
                draft.unlink(missing_ok=True)


def _append(path: Path, chunk: bytes) -> None:
    with path.open("ab") as file:
        file.write(chunk)


def _require_room(folder: Path, length: int) -> None:
    """Raises OSError where ``length`` bytes cannot be written."""
    file = folder / "room"
    try:
        with file.open("xb") as room:  # "x": a link that the worker left there is not followed
            room.write(bytes(length))
    finally:
        file.unlink(missing_ok=True)


def _folder_name(version: str) -> str:
    # ``person`` changes with the format of files. Folders of an older format then belong to no film, and go in time.
    return blake2b(version.encode("utf-8", "surrogatepass"), digest_size=12, person=b"2").hexdigest()


def _make_folder(folder: Path) -> None:
    """Makes a folder unless it exists. Raises OSError also where something else is there, as a link to a folder."""
    with suppress(FileExistsError):
        folder.mkdir()
    if not _is_folder(folder):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def _is_folder(path: Path) -> bool:
    """Whether it is a folder, and no link to one."""
    with suppress(OSError):
        return stat.S_ISDIR(path.lstat().st_mode)
    return False


def _entries(folder: Path, names: re.Pattern[str]) -> list[Path]:
    """The entries of a folder whose names match."""
    with suppress(OSError):
        return [entry for entry in folder.iterdir() if names.fullmatch(entry.name)]
    return []


def _files(folder: Path) -> list[_Kept]:
    """The files of the cache in the folder of a film."""
    files = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if _FILE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    files.append(_Kept(entry.path, entry.name, status.st_size, max(status.st_atime, status.st_mtime)))
    return files


def _modified_s(path: Path) -> float:
    with suppress(OSError):
        return path.lstat().st_mtime
    return 0.0
