"""Where films are: which there are, and one of them, opened. Several of them are one."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from services.storage.folder import StoredFile, Wanted
from services.storage.source import Source


class Store(Protocol):
    def files(self, wanted: Wanted) -> list[StoredFile]:
        """The files that are ``wanted``, in no order, and not to be written to. Waits for a disk or a network: not for
        the event loop."""

    def open(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[Source]:
        """Raises StorageError."""

    async def link(self, file: StoredFile, lasting_s: float) -> str | None:
        """A URL by which whoever has it can GET the film from elsewhere for so long; None: there is none."""

    async def link_origin(self) -> str | None:
        """Where its links lead, as "https://store.example"; None: it has none."""

    def close(self) -> None: ...


class Stores:
    """A Store of all that these have. Of films of the same path, the first one's is shown."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self._stores = stores
        self._listed: list[list[StoredFile]] = []  # by each
        self._owners: dict[StoredFile, Store] = {}
        self._files: list[StoredFile] = []

    def files(self, wanted: Wanted) -> list[StoredFile]:
        listed = [store.files(wanted) for store in self._stores]
        if listed != self._listed:
            self._listed = listed
            self._merge()
        return self._files

    def _merge(self) -> None:
        owners: dict[StoredFile, Store] = {}
        by_path: dict[str, StoredFile] = {}
        for store, files in zip(self._stores, self._listed, strict=True):
            for file in files:
                if by_path.setdefault(file.path, file) is file:
                    owners[file] = store
        self._owners = owners
        self._files = list(owners)

    def open(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[Source]:
        return self._owners[file].open(file, media_type)

    async def link(self, file: StoredFile, lasting_s: float) -> str | None:
        return await self._owners[file].link(file, lasting_s)

    async def link_origins(self) -> set[str]:
        return {origin for store in self._stores if (origin := await store.link_origin())}

    def close(self) -> None:
        for store in self._stores:
            store.close()
