"""The documents about films, each made when somebody asks for it: they are short, and browsers keep them for good.

Tested by tests/handlers/test_about.py.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime

from services.catalogue import Catalogue
from services.descriptions import Descriptions
from services.document import Document
from services.http.representation import EntityTag
from services.library import Library, Movie
from services.lists.about_json import about_json, about_version
from services.lists.improvements import improvements
from services.lists.movie_json import artwork_urls
from services.media.description import Description
from services.media.details import Details
from services.packaging.offered import Conversions
from services.threads import Threads


class About:
    """Documents are made in ``threads``. None is longer than 64 KiB, but for films of extremely long paths.
    ``conversions`` are the server's."""

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        descriptions: Descriptions,
        threads: Threads,
        conversions: Conversions,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._descriptions = descriptions
        self._threads = threads
        self._conversions = conversions

    async def document(self, path: str, known_as: str) -> tuple[Document, EntityTag | None]:
        """The document about the film at ``path``, and its version. ``known_as`` is its path for who asks.

        Raises MovieNotFound; WorkerFailed, StorageError or CacheFailed where it cannot be made now.
        """
        movie = await self._library.find(path)
        details = self._catalogue.details(movie)
        own, series = await self._descriptions.whole(movie)
        improve = improvements(movie, details, self._conversions)
        movie = replace(movie, path=known_as)
        document = await self._threads.ask(_document, movie, details, own, series, improve)
        return document, about_version(movie, details, improve)


def _document(
    movie: Movie, details: Details, own: Description, series: Description, improve: tuple[str, ...]
) -> Document:
    about = about_json(details, own, series, artwork_urls(movie), improve)
    content = json.dumps(about, ensure_ascii=False).encode()
    return Document.of(content, "application/json", datetime.now(UTC).replace(microsecond=0))
