"""The list of files of one place: a folder, a bucket or a web server.

Each place is listed by itself, by one task at a time, and no caller waits long for it. So a disk or a store that hangs
holds up neither the start of the server nor the films of other places. A place that fails keeps the list that it had.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from services.errors import StorageError
from services.storage.stored_file import StoredFile

_log = logging.getLogger(__name__)

PATIENCE_S = 0.5  # after the beginning of a listing; then callers get the previous list

# The pause before the next listing, in seconds, by how long the last one took, in seconds, and whether it failed.
Pause = Callable[[float, bool], float]


class Listing:
    """``name`` is for the log. ``known`` is the list as it was last; it is empty before the first listing.

    Callers wait ``first_patience_s`` for the first listing, since there is no previous list, and PATIENCE_S for others.
    """

    def __init__(self, name: str, first_patience_s: float, pause: Pause) -> None:
        self.name = name
        self.known: list[StoredFile] = []
        self.listed_s = float("-inf")  # when the last successful listing began, by time.monotonic()
        self._first_patience_s = first_patience_s
        self._pause = pause
        self._began_s = float("-inf")
        self._again_s = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self._in_trouble = False

    @property
    def is_listed(self) -> bool:
        """Whether any listing succeeded yet."""
        return self.listed_s > float("-inf")

    async def files(self, found: Callable[[], Awaitable[list[StoredFile]]]) -> list[StoredFile]:
        """The newest list. Starts a listing by ``found``, unless one is under way or the pause after it is not over.

        Whatever ``found`` raises is logged, and the list stays as it was.
        """
        now_s = time.monotonic()
        if (self._task is None or self._task.done()) and now_s >= self._again_s:
            self._began_s = now_s
            self._task = asyncio.create_task(self._list(found))
        if self._task is not None and not self._task.done():
            patience_s = PATIENCE_S if self.is_listed else self._first_patience_s
            await asyncio.wait([self._task], timeout=max(0.0, self._began_s + patience_s - now_s))
        return self.known

    def complain(self, reason: object) -> None:
        """Logs ``reason`` as an error, unless there was one since the last successful listing."""
        if not self._in_trouble:
            unexpected = reason if isinstance(reason, Exception) and not isinstance(reason, StorageError) else None
            _log.error("%s cannot be listed: %s", self.name, reason, exc_info=unexpected)
        self._in_trouble = True

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _list(self, found: Callable[[], Awaitable[list[StoredFile]]]) -> None:
        failed = True
        try:
            self.known = await found()
            failed = False
        except Exception as error:
            self.complain(error)
        finally:
            ended_s = time.monotonic()
            self._again_s = ended_s + self._pause(ended_s - self._began_s, failed)
        if not failed:
            self.listed_s = self._began_s
            if self._in_trouble:
                _log.info("%s can be listed again", self.name)
            self._in_trouble = False
