"""Opens the stores of the locations in the setting ``assets``."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.http_client.client import HttpClient
from services.http_client.proxies import Proxies
from services.http_client.timeouts import Patience
from services.storage.cloud import open_bucket as clouds
from services.storage.local.folder import Folder
from services.storage.local.open_files import OpenFiles
from services.storage.local.roots import Roots
from services.storage.locations import BucketLocation, Location, WebLocation
from services.storage.remote.bucket import Bucket
from services.storage.remote.connection_limit import Parking
from services.storage.remote.edge_cache import Edges
from services.storage.remote.object_client import ObjectClient
from services.storage.store import Store, Stores
from services.storage.web.client import WebClient


def open_stores(
    locations: Sequence[Location], environment: Mapping[str, str], films_url: str, most_open: float = math.inf
) -> Stores:
    """Opens one store for each of ``locations``, combined in one.

    ``films_url`` ("http://127.0.0.1:8000/videos/") is the URL at this server under which the worker reads films that
    are in no folder. ``most_open`` bounds the files open in each folder, and the connections to all stores together.
    Raises InvalidSetting.
    """
    parking, edges = Parking(most_open), Edges()
    roots = Roots(location for location in locations if isinstance(location, Path))

    def store(location: Location) -> Store:
        if isinstance(location, Path):
            return Folder(location, OpenFiles(most_open), roots)
        return Bucket(str(location), _client(location, environment), films_url, parking, edges)

    return Stores([store(location) for location in locations])


def _client(location: BucketLocation | WebLocation, environment: Mapping[str, str]) -> ObjectClient:
    if isinstance(location, WebLocation):
        return WebClient(location.url, HttpClient(Patience(), proxies=Proxies(environment)))
    return clouds.client(location, environment)
