"""A film in a store that fails when a test tells it to, and sources that read it."""

from datetime import UTC, datetime

from services.http.representation import EntityTag, Representation
from services.http_client.client import HttpClient
from services.http_client.timeouts import Patience
from services.storage.remote.connection_limit import Parking
from services.storage.remote.edge_cache import Edges
from services.storage.remote.object_client import ObjectStatus
from services.storage.remote.object_source import ObjectSource
from services.storage.remote.ranged_get import get_range
from tests.faulty_store import KEY, FaultyStore
from tests.films import telling_bytes

CONTENT = telling_bytes(3_000_000)
STATUS = ObjectStatus(KEY, len(CONTENT), EntityTag("0123456789abcdef"), datetime(2024, 1, 1, tzinfo=UTC))
MIDDLE = 1_500_000  # a position that is at no edge of the film, since edges are kept in memory
CHUNK = 65536
IMPATIENT = Patience(connect_s=60.0, answer_s=1.5, chunk_s=1.5)  # for stores that fall silent; others take their time


class Links:
    """A client whose links are those of the store under test."""

    def __init__(self, store: FaultyStore, http: HttpClient) -> None:
        self._url = f"{store.url}/films/{KEY}"
        self._http = http

    async def get(self, status: ObjectStatus, first: int, last: int):
        return await get_range(self._http, self._url, status, first, last)

    def close(self) -> None:
        self._http.close()


class Place:
    """A store, and sources of its film."""

    def __init__(self, store: FaultyStore, http: HttpClient, parking: Parking, recovery_s: float) -> None:
        self.store = store
        self.parking = parking
        self._recovery_s = recovery_s
        self.edges = Edges()
        self._client = Links(store, http)

    def source(self, status: ObjectStatus = STATUS) -> ObjectSource:
        representation = Representation(status.size, "video/mp4", status.entity_tag, status.modified)
        return ObjectSource(self._client, status, representation, self.parking, self.edges, self._recovery_s)

    def close(self) -> None:
        self._client.close()


async def read_range(source: ObjectSource, first: int, last: int) -> bytes:
    content = bytearray()
    while len(content) < last - first + 1:
        position = first + len(content)
        content += await source.read(position, min(CHUNK, last + 1 - position), last)
    return bytes(content)
