"""From where films are said to be to a store that has them."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.storage import clouds
from services.storage.bucket import Bucket
from services.storage.edges import Edges
from services.storage.exchange import Patience
from services.storage.folder import Folder
from services.storage.http_client import HttpClient
from services.storage.locations import BucketLocation, Location, WebLocation
from services.storage.object_client import ObjectClient
from services.storage.parking import Parking
from services.storage.proxies import Proxies
from services.storage.store import Store, Stores
from services.storage.web_client import WebClient


def open_stores(
    locations: Sequence[Location], environment: Mapping[str, str], films_url: str, most_open: float = math.inf
) -> Stores:
    """``films_url`` ("http://127.0.0.1:8000/videos/") is where this server has the films; ``most_open`` is how many may
    be open at once, in each folder and in all that is elsewhere together.

    Raises InvalidSetting.
    """
    parking, edges = Parking(most_open), Edges()

    def store(location: Location) -> Store:
        if isinstance(location, Path):
            return Folder(location, most_open)
        return Bucket(str(location), _client(location, environment), films_url, parking, edges)

    return Stores([store(location) for location in locations])


def _client(location: BucketLocation | WebLocation, environment: Mapping[str, str]) -> ObjectClient:
    if isinstance(location, WebLocation):
        return WebClient(location.url, HttpClient(Patience(), proxies=Proxies(environment)))
    return clouds.client(location, environment)
