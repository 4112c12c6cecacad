"""Opens the stores of the locations in the setting ``assets``.

Tested by tests/services/storage/test_store.py.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.http_client.client import HttpClient
from services.http_client.proxies import Proxies
from services.http_client.timeouts import Patience
from services.storage.cloud import open_bucket as clouds
from services.storage.cloud.open_bucket import KEYS_FRESH_S
from services.storage.local.folder import Folder
from services.storage.local.open_files import OpenFiles
from services.storage.local.roots import Roots
from services.storage.locations import BucketLocation, Location, WebLocation
from services.storage.remote.bucket import Bucket, BucketTiming
from services.storage.remote.connection_limit import PARK_AFTER_S, Parking
from services.storage.remote.edge_cache import Edges
from services.storage.remote.object_client import ObjectClient
from services.storage.store import Store, Stores
from services.storage.web.client import WebClient


@dataclass(frozen=True, slots=True)
class RemoteTiming:
    """How long all that is in no folder is waited for, is kept, and is taken to be as it was."""

    http: Patience = field(default_factory=Patience)
    bucket: BucketTiming = field(default_factory=BucketTiming)
    park_after_s: float = PARK_AFTER_S
    keys_fresh_s: float = KEYS_FRESH_S


def open_stores(
    locations: Sequence[Location],
    environment: Mapping[str, str],
    films_url: str,
    most_open: float = math.inf,
    timing: RemoteTiming | None = None,
) -> Stores:
    """Opens one store for each of ``locations``, combined in one.

    ``films_url`` ("http://127.0.0.1:8000/videos/") is the URL at this server under which the worker reads films that
    are in no folder. ``most_open`` bounds the files open in each folder, and the connections to all stores together.
    Raises InvalidSetting.
    """
    timing = timing or RemoteTiming()
    parking, edges = Parking(most_open, timing.park_after_s), Edges()
    roots = Roots(location for location in locations if isinstance(location, Path))

    def store(location: Location) -> Store:
        if isinstance(location, Path):
            return Folder(location, OpenFiles(most_open), roots)
        client = _client(location, environment, timing)
        return Bucket(str(location), client, films_url, parking, edges, timing.bucket)

    return Stores([store(location) for location in locations])


def _client(
    location: BucketLocation | WebLocation, environment: Mapping[str, str], timing: RemoteTiming
) -> ObjectClient:
    if isinstance(location, WebLocation):
        return WebClient(location.url, HttpClient(timing.http, proxies=Proxies(environment)))
    return clouds.client(location, environment, timing.http, timing.keys_fresh_s)
