"""The protocol of a place with films, and a store that combines several places."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from services.errors import FileVanished
from services.storage.source import Source
from services.storage.stored_file import StoredFile, Wanted
from services.threads import Threads

LATE_AFTER_S = 2.0  # how long the other places wait for one that does not answer


class Store(Protocol):
    """A place with films: a folder, a bucket or a web server."""

    async def files(self, wanted: Wanted) -> list[StoredFile]:
        """The files that are ``wanted``, in no order. The caller must not change the list."""

    def unlisted(self) -> list[str]:
        """The names of places that were never listed successfully, so it is unknown which films they have.

        If there is any, a film that no list has is answered with 503, not 404.
        """

    def open(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[Source]:
        """Opens a file. Raises StorageError."""

    async def link(self, file: StoredFile, lasting_s: float) -> str | None:
        """A URL from which anybody can GET the film for ``lasting_s`` seconds; None if there is none.

        Raises StorageError.
        """

    def link_origin(self) -> str | None:
        """The origin of the links, such as "https://store.example"; None if there are no links."""

    def close(self) -> None: ...


class Stores:
    """A Store that combines ``stores``. If several have a film of the same path, the first store's film is shown.

    Listing waits LATE_AFTER_S at most for one place among several. A place that is late keeps the list that it had.
    """

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = stores
        self._threads = Threads("places", most=1)
        self._listed: list[list[StoredFile]] = [[] for _ in stores]  # the last list of each
        self._files: list[StoredFile] = []
        # By location. The former ones serve requests for a file of the list before the last change.
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
        """Opens a file. Raises FileVanished if no list has it, and StorageError."""
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
    """The store of each file that is shown, by the file's location; and these files."""
    owners: dict[str, Store] = {}
    by_path: dict[str, StoredFile] = {}
    for store, files in zip(stores, listed, strict=True):
        for file in files:
            if by_path.setdefault(file.path, file) is file:
                owners[file.location] = store
    return owners, list(by_path.values())
