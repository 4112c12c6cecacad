"""The process: settings, then services, then a server of the routes until a signal ends it."""

import asyncio
import gc
import logging
import math
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Collection, Coroutine, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

from tornado.netutil import bind_sockets
from tornado.web import Application

from handlers.http_server import Server
from handlers.routes import STATIC, make_application, make_worker_application
from services.access.access import Access
from services.access.configured import configured_access
from services.access.hash_password import hash_password
from services.admission.budget import Budget
from services.admission.capacity import (
    BUCKET_VIEWER_BYTES,
    TLS_WAITING_BYTES,
    VIEWER_BYTES,
    WAITING_BYTES,
    Capacity,
    capacity,
    most_connections,
    most_open_films,
    raise_descriptor_limit,
)
from services.admission.container import memory_limit, processors
from services.admission.queues import Queues, queue_budget
from services.admission.viewers import Viewers
from services.cache import Cache
from services.certificates import Certificates
from services.composition import Services
from services.doctor.doctor import diagnose, parse_request
from services.errors import InvalidSetting
from services.hosts import Hosts
from services.jobs.worker_process import can_look_into_films
from services.kept_budget import KeptBudget
from services.kept_shares import KeptShares
from services.library import Library
from services.logs import write_log_to_stderr
from services.networks import Networks, networks
from services.output import Output, open_missing_streams
from services.settings import Settings, parse_settings
from services.shares_file import shares_file
from services.storage.locations import Location
from services.storage.open_store import open_stores
from services.threads import answer_in_time

BACKLOG = 1024  # connections that wait to be accepted; one that finds no room tries again after a second
SWITCH_S = 0.0005  # how long the event loop waits for another thread that is busy, each time it comes from the kernel
# The search for reference cycles stops all threads, for 50 ms with 10,000 films. There is next to no such garbage here,
# so objects that have lived for some time are searched a hundredth as often as by default.
GARBAGE_THRESHOLDS = (700, 10, 1000)
MOST_WORKER_CONNECTIONS = 16  # there are eight workers, and each has one at a time
# By default these signals end a process at once. There is nothing to reload, since the server finds changes by itself.
# SIGHUP also comes when the terminal closes.
IGNORED_SIGNALS = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
# On Render its edge, which is Cloudflare's, is the only way in: it asks from a private address, so no stranger can.
RENDER_EDGE = "private,cloudflare"


async def serve(settings: Settings, environment: Mapping[str, str]) -> None:
    """Serves until SIGTERM or SIGINT, and then until the transfers under way end, or the grace period is over."""
    signals = _signals()
    certificates = _certificates(settings)
    sockets = _listening_sockets(settings)
    access = configured_access(settings, environment, is_reachable=not all(map(_is_loopback, sockets)))
    descriptors = raise_descriptor_limit()
    worker_sockets = _worker_sockets(settings.assets)
    services = _open_services(settings, environment, descriptors, worker_sockets)
    most = capacity(
        descriptors,
        memory_limit(),
        VIEWER_BYTES if _in_folders(settings.assets) else BUCKET_VIEWER_BYTES,
        TLS_WAITING_BYTES if certificates else WAITING_BYTES,
    )
    kept_budget = await _kept_budget(settings, services.cache)
    viewers = _viewers(settings, most, kept_budget)
    kept_shares = await _kept_shares(settings, environment) if access.is_locked else None
    application = _application(settings, environment, access, services, viewers, kept_shares)
    server = _open_server(application, settings, environment, viewers, most, descriptors, certificates)
    server.add_sockets(sockets)
    _serve_workers(services.library, worker_sockets)
    url = _url(sockets[0], "https" if certificates else "http")
    chores = _begin_chores(_begin(services, url, settings.assets), certificates, kept_budget, kept_shares)
    await signals.get()
    for chore in chores:
        chore.cancel()
    await _end_transfers(server, viewers, settings.grace_s, signals)
    for kept in (kept_budget, kept_shares):
        if kept is not None:
            await kept.close()
    await services.close()
    _exit()


def _exit(status: int = 0) -> NoReturn:
    """Does not wait for threads that a dead disk holds; see Services.close."""
    logging.shutdown()
    os._exit(status)


async def _doctor(arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """movie-streaming doctor. Workers read films of stores over a port of this process, as those of the server do."""
    logging.getLogger().setLevel(logging.WARNING)
    request = parse_request(arguments, environment)
    worker_sockets = _worker_sockets(request.places)
    stores = open_stores(request.places, environment, _films_url(worker_sockets))
    library = Library(stores)
    _serve_workers(library, worker_sockets)
    try:
        severity = await diagnose(request, library, environment, request.convert.conversions(processors()))
    except BrokenPipeError:  # nobody reads on
        _exit(1)
    _exit(severity)


def _begin_chores(
    beginning: Coroutine[Any, Any, None],
    certificates: Certificates | None,
    budget: KeptBudget | None,
    shares: KeptShares | None,
) -> list[asyncio.Task[None]]:
    """What goes on beside the requests until the server ends."""
    chores = [beginning]
    if certificates is not None:
        chores.append(certificates.stay_fresh())
    if budget is not None:
        chores.append(budget.stay_kept())
    if shares is not None:
        chores.append(shares.stay_fresh())
    return [asyncio.create_task(chore) for chore in chores]


async def _kept_budget(settings: Settings, cache: Cache) -> KeptBudget | None:
    """None: as much as viewers want is sent."""
    if not settings.egress_budget:
        return None
    kept = KeptBudget(Budget(settings.egress_budget), cache)
    await kept.recall()
    return kept


def _viewers(settings: Settings, most: Capacity, kept_budget: KeptBudget | None) -> Viewers:
    films = settings.max_viewers or most.films
    budget = kept_budget.budget if kept_budget else None
    return Viewers(films, most.documents, most.working, rate=settings.rate, budget=budget)


def _in_folders(places: Sequence[Location]) -> bool:
    return all(isinstance(location, Path) for location in places)


def _worker_sockets(places: Sequence[Location]) -> list[socket.socket]:
    """Where workers read films of stores. None, if all are in folders."""
    return [] if _in_folders(places) else bind_sockets(0, "127.0.0.1")


def _serve_workers(library: Library, worker_sockets: Sequence[socket.socket]) -> None:
    server = Server(make_worker_application(library), max_connections=MOST_WORKER_CONNECTIONS)
    server.add_sockets(worker_sockets)


def _films_url(worker_sockets: Sequence[socket.socket]) -> str:
    return f"{_url(worker_sockets[0])}/videos/" if worker_sockets else ""


def _open_services(
    settings: Settings, environment: Mapping[str, str], descriptors: int, worker_sockets: Sequence[socket.socket]
) -> Services:
    """The worker reads films of stores over ``worker_sockets``; there are none if all films are in folders."""
    most_open = most_open_films(descriptors)
    most_open_kept = most_open // 4  # of pictures and subtitles
    stores = open_stores(settings.assets, environment, _films_url(worker_sockets), most_open - most_open_kept)
    return Services(
        stores,
        Cache(settings.cache, most_open_kept),
        environment,
        examines=can_look_into_films(),
        conversions=settings.convert.conversions(processors()),
    )


async def _kept_shares(settings: Settings, environment: Mapping[str, str]) -> KeptShares | None:
    """None: links are kept nowhere."""
    file = answer_in_time(shares_file, settings.shares, environment, patience_s=1.0)
    if file is None:
        return None
    kept = KeptShares(file)
    await kept.load()
    return kept


def _application(
    settings: Settings,
    environment: Mapping[str, str],
    access: Access,
    services: Services,
    viewers: Viewers,
    kept_shares: KeptShares | None,
) -> Application:
    return make_application(
        services,
        viewers,
        zero_copy=settings.zero_copy,
        delivery=settings.delivery,
        hosts=_hosts(settings, environment),
        other_sites=settings.other_sites,
        access=access,
        kept_shares=kept_shares,
    )


def _open_server(
    application: Application,
    settings: Settings,
    environment: Mapping[str, str],
    viewers: Viewers,
    most: Capacity,
    descriptors: int,
    certificates: Certificates | None,
) -> Server:
    return Server(
        application,
        viewers,
        max_connections=most_connections(descriptors),
        max_waiting=most.waiting,
        max_parting=most.parting,
        max_per_address=settings.max_per_address or math.inf,
        queues=Queues(queue_budget(memory_limit())),
        idle_s=settings.idle_s,
        proxies=_proxies(settings, environment),
        certificates=certificates,
    )


async def _end_transfers(server: Server, viewers: Viewers, grace_s: float, signals: asyncio.Queue[int]) -> None:
    """Accepts no more connections. Closes all when the transfers under way have ended, or ``grace_s`` is over."""
    server.stop()
    server.draining = True
    if len(viewers):
        _say(f"ending in {grace_s:g} s at most: {len(viewers)} under way (a second signal ends them now)")
        await _first(viewers.gone(grace_s), signals.get())
    await server.close_all_connections()
    await viewers.gone(patience_s=1.0)  # their handlers see the end of their connections a little later


async def _begin(services: Services, url: str, places: Sequence[Location]) -> None:
    """Prints what there is to watch, and has the worker look into it."""
    library = services.library
    movies, unlisted = await library.scan(), library.unlisted()
    _say(f"{url} has {_count(movies)} of {', '.join(_listed(str(place), unlisted) for place in places)}")
    if not (STATIC / "vendor").is_dir():
        _say("the page has no player of its own: static/vendor is missing (npm ci --omit=dev && npm run vendor)")
    for each in (services.descriptions, services.catalogue):
        await each.examine(await library.movies())


def main() -> None:
    open_missing_streams()
    for number in IGNORED_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    write_log_to_stderr()
    try:
        if sys.argv[1:] == ["hash-password"]:
            _say(hash_password())
            return
        if sys.argv[1:2] == ["doctor"]:
            asyncio.run(_doctor(sys.argv[2:], os.environ))
        asyncio.run(serve(parse_settings(sys.argv[1:], os.environ), os.environ))
    except InvalidSetting as error:
        sys.exit(_failure(f"movie-streaming: {error}"))
    except KeyboardInterrupt:  # the server itself ends in its own way
        sys.exit(130)


def _say(line: str) -> None:
    Output(1, sys.stdout.encoding).write_line(line)


def _listed(place: str, unlisted: Collection[str]) -> str:
    return f"{place} (not listed yet)" if place in unlisted else place


def _count(movies: int) -> str:
    return "1 movie" if movies == 1 else f"{movies} movies"


def _failure(line: str) -> int:
    Output(2, sys.stderr.encoding).write_line(line)
    return 2


def _listening_sockets(settings: Settings) -> list[socket.socket]:
    try:
        return bind_sockets(settings.port, settings.host, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        raise InvalidSetting(
            f"cannot listen on {settings.host} port {settings.port}: {getattr(error, 'strerror', 'no such host')}; "
            "choose another with --port and --host (PORT and HOST in the environment)"
        ) from error


def _is_loopback(listening: socket.socket) -> bool:
    return ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback


def _hosts(settings: Settings, environment: Mapping[str, str]) -> Hosts:
    """What the operator allows, and the name that Render has for this server."""
    of_render = environment.get("RENDER_EXTERNAL_HOSTNAME")
    hosts = Hosts([*settings.allowed_hosts, *([of_render] if of_render else [])])
    Thread(target=hosts.learn_full_name, name="full-name", daemon=True).start()
    return hosts


def _proxies(settings: Settings, environment: Mapping[str, str]) -> Networks:
    """What the operator trusts; if nothing, the edge of Render where the server runs there."""
    return settings.trust_proxy or (networks(RENDER_EDGE) if environment.get("RENDER") else ())


def _certificates(settings: Settings) -> Certificates | None:
    """None: without TLS."""
    if settings.certificate is not None:
        return Certificates(settings.certificate, settings.key or settings.certificate)
    if settings.key is not None:
        raise InvalidSetting("--key: say --certificate, too: the file with the certificate of this key")
    return None


def _url(listening: socket.socket, scheme: str = "http") -> str:
    host, port = listening.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _signals() -> asyncio.Queue[int]:
    """Each SIGTERM and SIGINT from now on."""
    signals: asyncio.Queue[int] = asyncio.Queue()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, signals.put_nowait, number)
    return signals


async def _first(*awaitables: Awaitable[object]) -> None:
    """Waits until one of them is done, and drops the others."""
    tasks = [asyncio.ensure_future(each) for each in awaitables]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    main()
