"""What every handler shares: methods, errors as statuses, common fields, the access log.

Tested by tests/wire/test_requests.py.
"""

import asyncio
import logging
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from time import time
from types import TracebackType

from tornado.httputil import HTTPHeaders
from tornado.web import HTTPError, RequestHandler

from handlers import flow
from services.admission.places import Outcome, Transfer
from services.admission.viewers import Viewers
from services.errors import (
    AnswerOverdue,
    CacheFailed,
    FileVanished,
    FilmArchived,
    FilmUnreadable,
    HostRefused,
    MovieNotFound,
    MovieServerError,
    StorageError,
    StoreFault,
    StoreTimeout,
    SubtitlesNotFound,
    TooManyViewers,
    WorkerFailed,
)
from services.http import sites
from services.http.dates import http_date
from services.http.representation import EntityTag
from services.http.response import ALLOWED_METHODS, NOT_KEPT, plan_response
from services.logs import shown
from services.storage.source import Source

_log = logging.getLogger(__name__)
access_log = logging.getLogger("access")

_STATUSES = {
    MovieNotFound: HTTPStatus.NOT_FOUND,
    SubtitlesNotFound: HTTPStatus.NOT_FOUND,
    HostRefused: HTTPStatus.MISDIRECTED_REQUEST,
    FilmUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,  # to ask again gives nothing else, and the server is well
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
# Errors that the log tells of where they are found, once for all requests; or, for a film that is not there, never.
_TOLD_ELSEWHERE = (CacheFailed, FilmArchived, HostRefused, MovieNotFound)
RETRY_AFTER_S = 5
_MISDIRECTED = (
    "This server does not go by this name. Ask by its address, or have it allowed: the server's log says how.\n"
)
_REGISTERED_METHODS = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}


class BaseHandler(RequestHandler):
    """A resource that is got by ``present``, if at all. HEAD is GET without content, OPTIONS tells the methods."""

    def initialize(self, viewers: Viewers) -> None:
        self.viewers = viewers
        self._presenting: asyncio.Task[None] | None = None
        self._is_given_up = False
        stream = self.request.connection.stream
        self.transfer = Transfer(stream.peer.address, stream.close, viewers.documents)

    def clear(self) -> None:
        """Starts an answer: 200, and the fields that every answer has."""
        # As Tornado's own, which formats the date anew, and sets fields that we would have to take back.
        self._headers = HTTPHeaders()
        self._set_fields(
            {
                "Server": "movie-streaming",
                "Date": _date_field(int(time())),
                "X-Content-Type-Options": "nosniff",
                **sites.fields(self.settings["other_sites"]),
            }
        )
        self._write_buffer = []
        self.set_status(HTTPStatus.OK)

    def prepare(self) -> None:
        """Refuses requests for foreign hosts, whatever they ask for."""
        self.settings["hosts"].check(self.request.host)  # that of the URL where the target is one; see connection.py

    def _set_fields(self, fields: dict[str, str]) -> None:
        """As set_header, but without looking for line ends in each value: whoever writes the head does so again."""
        for name, value in fields.items():
            self._headers[name] = value

    def flush(self, include_footers: bool = False) -> asyncio.Future[None]:
        """As Tornado's, which at the end of an answer would write once more, and nothing."""
        if self._headers_written and not self._write_buffer:
            flushed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            flushed.set_result(None)
            return flushed
        return super().flush(include_footers)

    def compute_etag(self) -> None:
        """None: entity tags come from the plan, not from hashing what is sent."""

    async def get(self, *args: str) -> None:
        self.viewers.enter(self.transfer)
        self._presenting = asyncio.current_task()
        self.viewers.unanswered.add(self._give_up)
        try:
            await self.present(*args)
        except asyncio.CancelledError:
            if not self._is_given_up:
                raise
            self._presenting.uncancel()
            if self.transfer.outcome is not Outcome.LEFT:  # else the request ends as others do, and nobody is answered
                raise AnswerOverdue(f"there is nothing to send after {self.viewers.unanswered.after_s:g} s") from None
        finally:
            self.viewers.unanswered.remove(self._give_up)
            self.viewers.leave(self.transfer)

    head = get

    def on_connection_close(self) -> None:
        """Nothing more is done for who has left before anything was sent. Who leaves later, ``flow`` notices."""
        if not self._headers_written:
            self.transfer.outcome = Outcome.LEFT
            self._give_up()

    def _give_up(self) -> None:
        """Ends ``present``, if nothing was sent yet."""
        if self._presenting is not None and not self._headers_written:
            self._is_given_up = True
            self._presenting.cancel()

    async def present(self, *args: str) -> None:
        raise HTTPError(HTTPStatus.NOT_FOUND)

    async def options(self, *args: str) -> None:
        self.set_header("Allow", ALLOWED_METHODS)
        self._set_fields(sites.preflight_fields(self.settings["other_sites"]))
        self.set_status(HTTPStatus.NO_CONTENT)

    async def answer(self, source: Source, version: EntityTag | None = None) -> None:
        """Answers GET or HEAD with what ``source`` has, as the request's fields ask.

        A URL that names this ``version`` ("?v=…") never has anything else: caches need not ask again.
        """
        request = self.request
        immutable = version is not None and request.query_arguments.get("v") == [version.opaque.encode()]
        plan = plan_response(request.method or "", request.headers, source.representation, immutable=immutable)
        self.set_status(plan.status)
        self._set_fields(plan.fields)
        self.transfer.planned = plan.content_length
        stream = request.connection.stream
        stream.part_taken = self.transfer.touched
        try:
            await flow.send(self, plan.body, source, self.transfer, zero_copy=self.settings["zero_copy"])
        finally:
            del stream.part_taken

    def on_finish(self) -> None:
        """Who does not even take a short answer, such as an error, counts as a reader of a document."""
        connection = self.request.connection
        if connection.stream.writing():
            self.transfer.places = self.viewers.documents
            try:
                self.transfer.begin()
            except TooManyViewers:
                connection.stream.close()
            else:
                connection._pending_write.add_done_callback(lambda _: self.transfer.end())

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """A part of the path as file names are decoded: bytes that are not UTF-8 become surrogates (PEP 383)."""
        return value.decode("utf-8", "surrogateescape")

    def send_error(self, status_code: int = 500, **kwargs: object) -> None:
        error = _raised(kwargs)
        for kind, status in _STATUSES.items():
            if isinstance(error, kind):
                status_code = status
                break
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED and self.request.method not in _REGISTERED_METHODS:
            status_code = HTTPStatus.NOT_IMPLEMENTED  # RFC 9110 §9.1
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """A line of text; nothing of what went wrong inside."""
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ALLOWED_METHODS)
        if status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            self.set_header("Retry-After", RETRY_AFTER_S)
        self._set_fields(NOT_KEPT)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        help_ = _MISDIRECTED if status_code == HTTPStatus.MISDIRECTED_REQUEST else ""
        self.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n{help_}")

    def log_exception(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, MovieServerError):
            if not isinstance(error, _TOLD_ELSEWHERE):
                _log.error("'%s': '%s'", shown(self.request.uri or ""), shown(str(error)))
        elif not isinstance(error, HTTPError):
            super().log_exception(kind, error, traceback)


@lru_cache(maxsize=2)
def _date_field(second: int) -> str:
    return http_date(datetime.fromtimestamp(second, UTC))


def log_request(handler: RequestHandler) -> None:
    """One line a request: who, what, status, range, bytes sent of planned, seconds, outcome."""
    request = handler.request
    transfer = getattr(handler, "transfer", Transfer())
    outcome = Outcome.COMPLETE if transfer.outcome is Outcome.SENDING else transfer.outcome
    access_log.info(
        "%s %s %s %d %s %d/%d %.3fs %s",
        request.remote_ip,
        shown(request.method or ""),
        shown(request.uri or ""),
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
