"""Where films are: which there are, and one of them, opened. Several of them are one."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from services.errors import FileVanished
from services.storage.source import Source
from services.storage.stored_file import StoredFile, Wanted
from services.threads import Threads

LATE_AFTER_S = 2.0  # then the films of other places are listed without those of one that was never listed


class Store(Protocol):
    async def files(self, wanted: Wanted) -> list[StoredFile]:
        """The files that are ``wanted``, in no order, and not to be written to."""

    def unlisted(self) -> list[str]:
        """Which places, by their names, were never listed yet: what they have is not known."""

    def open(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[Source]:
        """Raises StorageError."""

    async def link(self, file: StoredFile, lasting_s: float) -> str | None:
        """A URL by which whoever has it can GET the film from elsewhere for so long; None: there is none."""

    def link_origin(self) -> str | None:
        """Where its links lead, as "https://store.example"; None: it has none."""

    def close(self) -> None: ...


class Stores:
    """A Store of all that these have. Of films of the same path, the first one's is shown."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = stores
        self._threads = Threads("places", most=1)
        self._listed: list[list[StoredFile]] = [[] for _ in stores]  # by each
        self._files: list[StoredFile] = []
        # By location. Who was told of a file before the last change may still ask for it.
        self._owners: dict[str, Store] = {}
        self._former_owners: dict[str, Store] = {}

    async def files(self, wanted: Wanted) -> list[StoredFile]:
        asking = [asyncio.create_task(store.files(wanted)) for store in self._stores]
        await asyncio.wait(asking, timeout=LATE_AFTER_S if len(asking) > 1 else None)
        listed = [task.result() if task.done() else was for task, was in zip(asking, self._listed, strict=True)]
        for task in asking:
            task.cancel()
        if any(now is not before for now, before in zip(listed, self._listed, strict=True)):
            owners, files = await self._threads.ask(_merged, self._stores, listed)
            self._former_owners, self._owners = self._owners, owners
            self._listed, self._files = listed, files
        return self._files

    def unlisted(self) -> list[str]:
        return [name for store in self._stores for name in store.unlisted()]

    def open(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[Source]:
        """Raises FileVanished."""
        return self._owner(file).open(file, media_type)

    async def link(self, file: StoredFile, lasting_s: float) -> str | None:
        return await self._owner(file).link(file, lasting_s)

    def link_origins(self) -> set[str]:
        return {origin for store in self._stores if (origin := store.link_origin())}

    def close(self) -> None:
        for store in self._stores:
            store.close()
        self._threads.close()

    def _owner(self, file: StoredFile) -> Store:
        owner = self._owners.get(file.location) or self._former_owners.get(file.location)
        if owner is None:
            raise FileVanished(file.path)
        return owner


def _merged(stores: Sequence[Store], listed: Sequence[list[StoredFile]]) -> tuple[dict[str, Store], list[StoredFile]]:
    """Which store has each file that is shown, by its location; and those files."""
    owners: dict[str, Store] = {}
    by_path: dict[str, StoredFile] = {}
    for store, files in zip(stores, listed, strict=True):
        for file in files:
            if by_path.setdefault(file.path, file) is file:
                owners[file.location] = store
    return owners, list(by_path.values())
