"""How long the servers under test wait for stores: longer than by default, since machines that test are busy."""

from services.composition import Timing
from services.http_client.timeouts import Patience
from services.library import LibraryTiming
from services.storage.open_store import RemoteTiming
from services.storage.remote.bucket import BucketTiming

PATIENT = Timing(LibraryTiming(patience_s=60.0), head_patience_s=60.0)


def remote_timing(
    http: Patience | None = None, others: dict[str, float] | None = None, **bucket: float
) -> RemoteTiming:
    """``bucket`` is of the BucketTiming, and ``others`` are of the RemoteTiming itself."""
    return RemoteTiming(http or Patience(), BucketTiming(**{"first_patience_s": 60.0, **bucket}), **(others or {}))
