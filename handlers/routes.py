"""Which handler answers which URL, and with which services.

Tested by tests/handlers/test_lock.py.
"""

import re
from pathlib import Path

from tornado.web import Application

from handlers.about import AboutHandler
from handlers.base import BaseHandler, log_request
from handlers.library import FilmsHandler, LibraryHandler
from handlers.pages import DocumentHandler, HealthHandler, content_security_policy
from handlers.pictures import ArtworkHandler, PosterHandler, SheetHandler, StoryboardHandler
from handlers.playlist import PlaylistHandler
from handlers.segments import IndexHandler, InitHandler, PlaylistsHandler, SegmentHandler
from handlers.shares import ShareHandler, SharesHandler
from handlers.sign_in import SignInHandler, SignOutHandler
from handlers.subtitles import ImageSubtitlesHandler, StyledSubtitlesHandler, SubtitlesHandler
from handlers.tickets import TicketHandler
from handlers.video import VideoHandler
from services.access.access import Access
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.composition import Services
from services.hosts import ANY, Hosts
from services.http.sites import NO_SITES, OtherSites
from services.kept_shares import KeptShares
from services.library import Library
from services.media.names.artwork import KINDS
from services.settings import Delivery
from services.shares import Shares
from services.site import site_documents

Route = tuple[str, type[BaseHandler], dict[str, object]]
_WASM_WORKER = "vendor/jassub/worker.js"  # a worker has the policy of its own script, not that of the page
STATIC = Path(__file__).resolve().parents[1] / "static"
_TRACK = "(?:[acsvx](?:0|[1-9][0-9]{0,3})(?:p[1-9][0-9]{2,3})?)"  # in URLs of segments
_NUMBER = "0|[1-9][0-9]{0,6}"


def make_application(
    services: Services,
    viewers: Viewers,
    *,
    zero_copy: bool,
    delivery: Delivery = Delivery.PROXY,
    hosts: Hosts | None = None,
    other_sites: OtherSites = NO_SITES,
    access: Access | None = None,
    kept_shares: KeptShares | None = None,
) -> Application:
    """``hosts`` are the names by which requests may come; None: any. Without ``access`` everybody may have all."""
    access = access or Access()
    return Application(
        [*_film_routes(services, viewers, delivery), *_page_routes(services, viewers, delivery)],
        default_handler_class=BaseHandler,
        default_handler_args={"viewers": viewers},
        log_function=log_request,
        zero_copy=zero_copy,
        hosts=hosts or Hosts([ANY]),
        other_sites=other_sites,
        access=access,
        shares=Shares(access, services.shared_films, kept_shares),
    )


def _film_routes(services: Services, viewers: Viewers, delivery: Delivery) -> list[Route]:
    films = {"viewers": viewers, "library": services.library}
    looked_into = {**films, "catalogue": services.catalogue, "pictures": services.pictures}
    subtitles = {"viewers": viewers, "subtitles": services.subtitles}
    images = {"viewers": viewers, "image_subtitles": services.image_subtitles}
    segments = {**films, "segments": services.segments}
    known = {**films, "catalogue": services.catalogue, "descriptions": services.descriptions}
    playlists = {**known, "snapshots": services.as_playlists}
    return [
        (r"/videos/(.+)", VideoHandler, {**films, "delivery": delivery, "faststart": services.faststart}),
        (r"/posters/(.+)", PosterHandler, looked_into),
        (rf"/artwork/(.+)/({'|'.join(KINDS)})", ArtworkHandler, films),
        (r"/about/(.+)\.json", AboutHandler, {"viewers": viewers, "about": services.about}),
        (r"/subtitles/(.+)/([a-z0-9]+)\.vtt", SubtitlesHandler, subtitles),
        (r"/subtitles/(.+)/([a-z0-9]+)\.ass", StyledSubtitlesHandler, subtitles),
        (r"/subtitles/(.+)/([a-z0-9]+)\.json", ImageSubtitlesHandler, images),
        (r"/storyboards/(.+)\.vtt", StoryboardHandler, looked_into),
        (r"/storyboards/(.+)\.jpg", SheetHandler, looked_into),
        (r"/segments/(.+)/index\.json", IndexHandler, segments),
        (rf"/segments/(.+)/(master|(?:iframes-)?{_TRACK}|subtitles-[a-z0-9]+)\.m3u8", PlaylistsHandler, segments),
        (rf"/segments/(.+)/({_TRACK})-init\.mp4", InitHandler, segments),
        (rf"/segments/(.+)/({_TRACK})-({_NUMBER})\.m4s", SegmentHandler, segments),
        (r"/api/shares", SharesHandler, {"viewers": viewers}),
        (r"/api/shares/([A-Za-z0-9_-]{8})", ShareHandler, {"viewers": viewers}),
        (r"/api/ticket", TicketHandler, {**films, "catalogue": services.catalogue}),
        (r"/api/movies", FilmsHandler, {"viewers": viewers, "snapshots": services.as_json}),
        (r"/list", LibraryHandler, {"viewers": viewers, "snapshots": services.as_page}),
        (r"/playlist\.m3u", PlaylistHandler, playlists),
    ]


def _page_routes(services: Services, viewers: Viewers, delivery: Delivery) -> list[Route]:
    site = site_documents(STATIC)
    origins = services.stores.link_origins() if delivery is Delivery.REDIRECT else ()
    policies = [content_security_policy(origins, runs_wasm) for runs_wasm in (False, True)]

    def page(name: str) -> dict[str, object]:
        kind = Kind.OPEN if name == "sign-in.css" else Kind.PAGE
        policy = policies[name == _WASM_WORKER]
        return {"viewers": viewers, "document": site[name], "policy": policy, "kind": kind}

    return [
        (r"/", DocumentHandler, page("index.html")),
        (r"/favicon\.ico", DocumentHandler, page("favicon.svg")),
        *((rf"/static/{re.escape(name)}", DocumentHandler, page(name)) for name in site),
        (r"/sign-in", SignInHandler, {"viewers": viewers}),
        (r"/sign-out", SignOutHandler, {"viewers": viewers}),
        (r"/healthz", HealthHandler, {"viewers": viewers}),
        (r"\*", BaseHandler, {"viewers": viewers}),  # OPTIONS *, RFC 9110 §9.3.7
    ]


def make_worker_application(library: Library) -> Application:
    """Sends films to the worker: never by a redirect, and without a viewer's place or an access log."""
    viewers = {"viewers": Viewers()}
    return Application(
        [(r"/videos/(.+)", VideoHandler, {**viewers, "library": library, "delivery": Delivery.PROXY})],
        default_handler_class=BaseHandler,
        default_handler_args=viewers,
        log_function=lambda _: None,
        zero_copy=False,
        hosts=Hosts(),
        other_sites=NO_SITES,
        access=Access(),
    )
