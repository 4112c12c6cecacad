"""What every handler shares: methods, errors as statuses, common fields, the access log.

Tested by tests/wire/test_requests.py.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from http import HTTPStatus
from time import time
from types import MappingProxyType, TracebackType

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, RequestHandler

from handlers import flow, lock
from handlers.tornado_internals import closes_after_answer, head_is_sent
from handlers.viewer_socket import viewer_of
from services.access.access import Access
from services.access.grants import Kind, Resource, ShareHolder
from services.access.redacted import redacted
from services.access.rule import may_fetch
from services.access.shares import Share
from services.admission.places import Outcome, Transfer
from services.admission.viewers import Viewers
from services.errors import (
    AccessRefused,
    AnswerOverdue,
    BudgetSpent,
    CacheFailed,
    ConversionRefused,
    FileVanished,
    FilmArchived,
    FilmNotPackaged,
    FilmUnreadable,
    HostRefused,
    InvalidShare,
    MovieNotFound,
    MovieServerError,
    SegmentNotFound,
    SharesNotKept,
    SiteRefused,
    StorageError,
    StoreFault,
    StoreTimeout,
    SubtitlesNotFound,
    TooManyAttempts,
    TooManyViewers,
    WorkerFailed,
)
from services.http.dates import http_date
from services.http.forwarded import forwarded
from services.http.head import response_head
from services.http.representation import EntityTag
from services.http.response import ALLOWED_METHODS, NOT_KEPT, RETRY_AFTER, plan_response
from services.http.sites import OtherSites
from services.logs import shown
from services.networks import counted_as
from services.packaging.fmp4.parts import Segment
from services.shares import Shares
from services.storage.source import Source

_log = logging.getLogger(__name__)
access_log = logging.getLogger("access")

_STATUSES = {
    MovieNotFound: HTTPStatus.NOT_FOUND,
    SubtitlesNotFound: HTTPStatus.NOT_FOUND,
    SegmentNotFound: HTTPStatus.NOT_FOUND,
    HostRefused: HTTPStatus.MISDIRECTED_REQUEST,
    SiteRefused: HTTPStatus.FORBIDDEN,
    AccessRefused: HTTPStatus.UNAUTHORIZED,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    BudgetSpent: HTTPStatus.SERVICE_UNAVAILABLE,
    ConversionRefused: HTTPStatus.SERVICE_UNAVAILABLE,
    InvalidShare: HTTPStatus.BAD_REQUEST,
    SharesNotKept: HTTPStatus.SERVICE_UNAVAILABLE,
    FilmUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,  # asking again changes nothing, and the server is not at fault
    FileVanished: HTTPStatus.NOT_FOUND,
    FilmArchived: HTTPStatus.CONFLICT,  # asking again is of no use until its owner restores it
    StoreFault: HTTPStatus.BAD_GATEWAY,
    StoreTimeout: HTTPStatus.GATEWAY_TIMEOUT,
    StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    AnswerOverdue: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyViewers: HTTPStatus.SERVICE_UNAVAILABLE,
    WorkerFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    CacheFailed: HTTPStatus.SERVICE_UNAVAILABLE,
}
# These are not logged for each request. They are logged where they are found, once; what is missing is not.
_TOLD_ELSEWHERE = (
    AccessRefused,
    BudgetSpent,
    CacheFailed,
    ConversionRefused,
    FilmArchived,
    FilmNotPackaged,
    HostRefused,
    InvalidShare,
    MovieNotFound,
    SegmentNotFound,
    SharesNotKept,
    SiteRefused,
    TooManyAttempts,
)
_TOLD_TO_VIEWERS = (BudgetSpent, ConversionRefused, InvalidShare, SharesNotKept)
_MISDIRECTED = (
    "This server does not answer to this name. Use its address, or allow the name: the server's log says how.\n"
)
_LOCKED = "This server is locked. Programs show its password by HTTP Basic, or as a Bearer token.\n"
_OF_ANOTHER_SITE = (
    "A page of another site sent this. If it was a page of this server, a proxy in between changes Host: let it pass"
    " Host on, or name the proxy by --trust-proxy and have it send X-Forwarded-Host.\n"
)
_HELP: dict[int, str] = {
    HTTPStatus.MISDIRECTED_REQUEST: _MISDIRECTED,
    HTTPStatus.UNAUTHORIZED: _LOCKED,
    HTTPStatus.FORBIDDEN: _OF_ANOTHER_SITE,
}
_OF_TICKETS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}  # the address has the ticket


class BaseHandler(RequestHandler):
    """A resource, which subclasses answer in ``present``; without that, it is not found.

    HEAD is GET without content. OPTIONS tells the methods. ``kind`` is what access/rule.py goes by; resources of a film
    have its path as the first part of theirs.
    """

    kind = Kind.ABSENT
    allowed_methods = ALLOWED_METHODS

    def _enter(self, viewers: Viewers) -> None:
        self.viewers = viewers
        self._presenting: asyncio.Task[None] | None = None
        self._is_given_up = False
        self.viewer = viewer_of(self.request)
        self.forwarded = forwarded(self.request.headers, self.viewer.proxies)
        self.request.protocol = self.forwarded.scheme or self.request.protocol
        address = self.viewer.peer.address
        if self.forwarded.address is not None:
            self.request.remote_ip = self.forwarded.address
            address = counted_as(self.forwarded.address)
        self.holder: ShareHolder | None = None  # who asks, if that is by the link of a share
        self.transfer = Transfer(address, self.viewer.close, viewers.documents)

    initialize: Callable[..., None] = _enter  # typed as Tornado's own: subclasses take services besides

    def set_default_headers(self) -> None:
        """Sets the fields of every answer that Tornado sends: those without content, and errors."""
        self.clear_header("Content-Type")
        self._common = self._common_fields()
        self.set_fields(self._common)

    def prepare(self) -> Awaitable[None] | None:
        """Refuses requests for foreign hosts, changes by pages of foreign sites, and requests of whom nothing is due
        to, whatever they ask for."""
        self.settings["hosts"].check(self.request.host)  # of the request target, if that is a URL; see request_head.py
        lock.refuse_other_sites(self.request, self.forwarded.host or self.request.host)
        access: Access = self.settings["access"]
        self._is_private = access.is_locked
        if not self._is_private:
            return None
        self.shown = lock.shown_by(self.request, access, self.transfer.address, self.viewer)
        resource = Resource(self._kind_asked_for(), self.path_args[0] if self.path_args else "")
        if self.shown.share:
            return self._prepare_by_share(resource)
        if may_fetch(access.grant_at_once(self.shown, resource.film), resource):
            return None
        if not self.shown.authorization:
            raise AccessRefused
        return self._prepare_by_password(access, resource)

    def _kind_asked_for(self) -> Kind:
        is_visit = self.request.headers.get("Sec-Fetch-Mode") == "navigate"
        return Kind.DOWNLOAD if self.kind is Kind.FILM and is_visit else self.kind

    async def _prepare_by_share(self, resource: Resource) -> None:
        """A link of a share counts alone: its owner sees what all see to whom it was sent."""
        shares: Shares = self.settings["shares"]
        grant = await shares.grant(self.shown, resource.film)
        if not may_fetch(grant, resource):
            raise AccessRefused
        if isinstance(grant, ShareHolder):
            self.holder = grant
            self.transfer.is_due = partial(shares.is_open, grant.share)
            if resource.film:
                self._known_as, self.path_args[0] = resource.film, grant.films[resource.film]

    def known_as(self, path: str) -> str:
        """The path in the URLs of the film at ``path`` for whoever asks."""
        return path if self.holder is None else self._known_as

    def path_here(self, known: str) -> str:
        """The path of the film that whoever asks knows by this one. Raises MovieNotFound."""
        if self.holder is None:
            return known
        if known not in self.holder.films:
            raise MovieNotFound(known)
        return self.holder.films[known]

    @property
    def share(self) -> Share | None:
        """The share by whose link the request came, if it is due to whoever asks."""
        return self.holder.share if self.holder else None

    async def _prepare_by_password(self, access: Access, resource: Resource) -> None:
        if not may_fetch(await access.grant_by_password(self.shown), resource):
            raise AccessRefused

    def _common_fields(self) -> dict[str, str]:
        sites: OtherSites = self.settings["other_sites"]
        viewer = viewer_of(self.request)
        return {
            "Server": "movie-streaming",
            "Date": _date_field(int(time())),
            "X-Content-Type-Options": "nosniff",
            **sites.fields(self.request.headers.get("Origin") if sites.origins else None),
            **(_OF_TICKETS if viewer.ticket or viewer.share else {}),
        }

    def set_fields(self, fields: Mapping[str, str]) -> None:
        for name, value in fields.items():
            self.set_header(name, value)

    def compute_etag(self) -> None:
        """None: entity tags come from the plan, not from hashing what is sent."""

    async def get(self, *args: str) -> None:
        self.viewers.enter(self.transfer)
        task = self._presenting = asyncio.current_task()
        assert task is not None
        self.viewers.unanswered.add(self._give_up)
        try:
            await self.present(*args)
        except asyncio.CancelledError:
            if not self._is_given_up:
                raise
            task.uncancel()
            if self.transfer.outcome is not Outcome.LEFT:  # who has left gets no answer
                raise AnswerOverdue(f"there is nothing to send after {self.viewers.unanswered.after_s:g} s") from None
        finally:
            self.viewers.unanswered.remove(self._give_up)
            self.viewers.leave(self.transfer)

    head = get

    def on_connection_close(self) -> None:
        """Ends the work for a viewer who left before anything was sent. ``flow`` notices those who leave later."""
        if not head_is_sent(self):
            self.transfer.outcome = Outcome.LEFT
            self._give_up()

    def _give_up(self) -> None:
        """Cancels ``present``, unless the head of its answer was sent."""
        if self._presenting is not None and not head_is_sent(self):
            self._is_given_up = True
            self._presenting.cancel()

    async def _present_nothing(self, *args: str) -> None:
        raise HTTPError(HTTPStatus.NOT_FOUND)

    present: Callable[..., Awaitable[None]] = _present_nothing  # subclasses take the parts of their paths

    async def options(self, *args: str) -> None:
        self.set_header("Allow", self.allowed_methods)
        self.set_fields(self.settings["other_sites"].preflight_fields(self.request.headers.get("Origin")))
        self.set_status(HTTPStatus.NO_CONTENT)

    async def answer(
        self,
        source: Source,
        version: EntityTag | None = None,
        fields: Mapping[str, str] = MappingProxyType({}),
        *,
        segment: Segment | None = None,
    ) -> None:
        """Answers GET or HEAD with ``source``, or a ``segment`` made of it, or the ranges that the request asks for.

        Adds ``fields``.

        At a URL that names this ``version`` ("?v=…") there is never another, so caches need not ask again.
        """
        request = self.request
        immutable = version is not None and request.query_arguments.get("v") == [version.opaque.encode()]
        current = segment.representation if segment else source.representation
        plan = plan_response(
            request.method or "", request.headers, current, immutable=immutable, private=self._is_private
        )
        self.set_status(plan.status)
        common = self._common
        fields = {**common, **fields, **plan.fields}
        if "Vary" in common and "Vary" in plan.fields:
            fields["Vary"] = f"{plan.fields['Vary']}, {common['Vary']}"
        if not plan.body:
            self.set_fields(fields)
            return
        self.transfer.planned = plan.content_length
        head = response_head(plan.status, {**fields, **_connection_fields(self.request)})
        self.viewer.part_taken = self.transfer.touched
        try:
            body = segment.parts.film_body(plan.body) if segment else plan.body
            await flow.send(self, head, body, source, self.transfer, zero_copy=self.settings["zero_copy"])
        finally:
            del self.viewer.part_taken

    def on_finish(self) -> None:
        """Gives a viewer who has not taken all of a short answer, such as an error, a place of a document's reader."""
        if self.viewer.writing():
            self.transfer.places = self.viewers.documents
            try:
                self.transfer.begin()
            except TooManyViewers:
                self.viewer.close()
            else:
                self.viewer.write(b"").add_done_callback(lambda _: self.transfer.end())  # done when all before is

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Decodes a part of the path as file names are: bytes that are not UTF-8 become surrogates (PEP 383)."""
        return value.decode("utf-8", "surrogateescape")

    def send_error(self, status_code: int = 500, **kwargs: object) -> None:
        error = _raised(kwargs)
        for kind, status in _STATUSES.items():
            if isinstance(error, kind):
                status_code = status
                break
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED and self.request.method not in self.SUPPORTED_METHODS:
            # RFC 9110 §9.1. Tornado refuses these before ``prepare``, so nothing may tell one path from another.
            status_code = HTTPStatus.NOT_IMPLEMENTED
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """Answers with a line of text, which tells nothing of what went wrong inside."""
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", self.allowed_methods)
        if status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            self.set_fields(RETRY_AFTER)
        self.set_fields(NOT_KEPT)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        if isinstance(error := _raised(kwargs), BudgetSpent | ConversionRefused | TooManyAttempts):
            self.set_header("Retry-After", str(error.retry_after_s))
        if status_code == HTTPStatus.UNAUTHORIZED:
            self.set_fields(lock.challenge(self.request))
            if lock.is_visit(self.request, self.viewer.ticket):
                self.set_fields(lock.PAGE_FIELDS)
                self.finish(lock.page_instead(self.request, self.settings["shares"], self.viewer.share))
                return
        help_ = f"{error}\n" if isinstance(error, _TOLD_TO_VIEWERS) else _HELP.get(status_code, "")
        self.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n{help_}")

    def log_exception(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, MovieServerError):
            if not isinstance(error, _TOLD_ELSEWHERE):
                _log.error("'%s': '%s'", shown(redacted(self.request.uri or "")), shown(str(error)))
        elif not isinstance(error, HTTPError):
            super().log_exception(kind, error, traceback)


@lru_cache(maxsize=2)
def _date_field(second: int) -> str:
    return http_date(datetime.fromtimestamp(second, UTC))


def _connection_fields(request: HTTPServerRequest) -> dict[str, str]:
    """What Tornado adds to the heads that it sends itself (RFC 9112 §9.3, §9.6)."""
    assert isinstance(request.connection, HTTP1Connection)
    if closes_after_answer(request.connection):
        return {"Connection": "close"}
    return {"Connection": "Keep-Alive"} if request.version == "HTTP/1.0" else {}


def log_request(handler: RequestHandler) -> None:
    """Logs one line for a request: who, what, status, range, bytes sent of planned, seconds, outcome."""
    request = handler.request
    transfer = getattr(handler, "transfer", Transfer())
    outcome = Outcome.COMPLETE if transfer.outcome is Outcome.SENDING else transfer.outcome
    access_log.info(
        "%s %s %s %d %s %d/%d %.3fs %s",
        request.remote_ip,
        shown(request.method or ""),
        shown(redacted(request.uri or "")),
        handler.get_status(),
        shown(request.headers.get("Range", "-")),
        transfer.sent,
        transfer.planned,
        request.request_time(),
        outcome.value,
    )


def _raised(kwargs: dict[str, object]) -> BaseException | None:
    exc_info = kwargs.get("exc_info")
    return exc_info[1] if isinstance(exc_info, tuple) else None
