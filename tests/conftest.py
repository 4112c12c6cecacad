import asyncio
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import obstore
import pytest
from hypothesis import HealthCheck
from tornado.web import Application

from handlers.http_server import Server
from handlers.routes import make_application
from services.access.access import Access
from services.admission.viewers import Viewers
from services.cache import Cache
from services.composition import Services, Timing
from services.jobs.worker_process import WORKER
from services.kept_shares import KeptShares
from services.lists.snapshots import KEPT_BYTES
from services.networks import Networks
from services.packaging.offered import SOUND_ALONE, Conversions
from services.settings import Delivery
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from services.storage.store import Stores
from tests.films import put
from tests.needs import need
from tests.object_stores import BUCKET, AzureServer, S3Server, azure_server, s3_server
from tests.packages import missing_packages
from tests.raw_http import RawConnection
from tests.timing import remote_timing


def pytest_configure() -> None:
    # pytest-tornado asks for the current event loop. If none was ever set, that makes one that nobody closes.
    asyncio.set_event_loop(None)
    # How long an example takes depends on the machine. Time is measured by the benchmarks.
    hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis.settings.load_profile("untimed")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """The folder that the application under test serves."""
    folder = tmp_path / "films"
    folder.mkdir()
    return folder


@pytest.fixture
def viewers() -> Viewers:
    return Viewers()


@pytest.fixture
def zero_copy() -> bool:
    """Which way the server under test sends films."""
    return True


@pytest.fixture
def examines() -> bool:
    """Whether the server under test looks into films."""
    return False


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1, which is its own authority, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    names += ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    command = [need("openssl"), "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run([*command, *names], check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> S3Server:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def azure() -> AzureServer:
    with azure_server() as server:
        yield server


@pytest.fixture
def place(request: pytest.FixtureRequest) -> str:
    """Where the films of the server under test are: "folder", or "bucket" if the test is parametrised so."""
    return getattr(request, "param", "folder")


@pytest.fixture
def put_film(request: pytest.FixtureRequest, place: str, films: Path) -> Callable[[str, bytes], None]:
    """Puts a film into the place of the server under test."""
    if place == "folder":
        return lambda path, content: put(films, path, content)
    bucket = request.getfixturevalue("s3").bucket(prefix=films.parent.name)
    return lambda path, content: obstore.put(bucket, path, content)


@pytest.fixture
def location(request: pytest.FixtureRequest, place: str, films: Path) -> str:
    return str(films) if place == "folder" else f"s3://{BUCKET}/{films.parent.name}"


@pytest.fixture
def store(request: pytest.FixtureRequest, place: str, location: str, _unused_port: tuple[object, int]) -> Stores:
    environment = {} if place == "folder" else request.getfixturevalue("s3").environment
    films_url = f"http://127.0.0.1:{_unused_port[1]}/videos/"
    return open_stores(parse_locations(location), environment, films_url, timing=remote_timing())


@pytest.fixture
def delivery() -> Delivery:
    """How the server under test sends films of buckets."""
    return Delivery.PROXY


@pytest.fixture
def access() -> Access:
    """The lock of the server under test."""
    return Access()


@pytest.fixture
def kept_shares() -> KeptShares | None:
    """The file of shares of the server under test. None: it keeps none."""
    return None


@pytest.fixture
def conversions() -> Conversions:
    """What the server under test converts."""
    return SOUND_ALONE


@pytest.fixture
def worker_module() -> str:
    """The program of the workers of the server under test."""
    return WORKER


@pytest.fixture
def service_timing() -> Timing:
    """The pauses after which the services under test look or try again."""
    return Timing()


@pytest.fixture
def kept_bytes() -> int:
    """How many bytes of lists the server under test keeps for those who still read older ones."""
    return KEPT_BYTES


@pytest.fixture
def app(
    io_loop,
    store: Stores,
    tmp_path: Path,
    viewers: Viewers,
    zero_copy: bool,
    examines: bool,
    delivery: Delivery,
    access: Access,
    kept_shares: KeptShares | None,
    worker_module: str,
    service_timing: Timing,
    kept_bytes: int,
    conversions: Conversions,
) -> Iterator[Application]:
    services = Services(
        store,
        Cache(tmp_path / "cache"),
        examines=examines,
        conversions=conversions,
        worker_module=worker_module,
        timing=service_timing,
        kept_bytes=kept_bytes,
    )
    yield make_application(
        services, viewers, zero_copy=zero_copy, delivery=delivery, access=access, kept_shares=kept_shares
    )
    io_loop.run_sync(services.close)


@pytest.fixture
def proxies() -> Networks:
    """The networks of proxies that the server under test believes."""
    return ()


@pytest.fixture
def http_server(io_loop, app, proxies, _unused_port):
    """pytest-tornado's fixture, with our own HTTP server."""
    server = Server(app, proxies=proxies)
    server.add_socket(_unused_port[0])
    yield server
    server.stop()
    io_loop.run_sync(server.close_all_connections)


@pytest.fixture
def connect(io_loop, http_server, http_port):
    """Opens raw connections to the server under test, and closes them when the test ends."""
    connections = []

    async def opened(**options: object) -> RawConnection:
        connections.append(await RawConnection.open(http_port, **options))
        return connections[-1]

    opened.port = http_port
    yield opened
    for connection in connections:
        io_loop.run_sync(connection.close)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what this machine lacks (needs.py), and how many tests were skipped for it."""
    lacks = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped"))
    if lacks:
        terminalreporter.section("missing on this machine")
        for what, count in sorted(lacks.items()):
            terminalreporter.line(f"{what}: {count} tests skipped")
        if packages := missing_packages():
            terminalreporter.line(f"Debian has it: apt-get install {' '.join(packages)}")
