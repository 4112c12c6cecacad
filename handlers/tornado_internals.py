"""Everything that we use of Tornado without its documentation naming it: one function each, named for what it does.

Any release of Tornado may rename these. tests/handlers/test_tornado_internals.py then fails, and names the function.
"""

from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.web import RequestHandler


def wait_without_timer(server: HTTPServer) -> None:
    """Removes the time limit for the head of a request. Tornado makes a timer for each request to keep it."""
    server.conn_params.header_timeout = None


def close_after_answer(connection: HTTP1Connection) -> None:
    """Makes the answer to the present request the last of its connection."""
    connection._disconnect_on_finish = True


def closes_after_answer(connection: HTTP1Connection) -> bool:
    """Whether the answer to the present request is the last of its connection."""
    return connection._disconnect_on_finish


def note_head_sent(handler: RequestHandler) -> None:
    """Tells Tornado that the head of the answer was sent without it, so that it sends none."""
    handler._headers_written = True


def head_is_sent(handler: RequestHandler) -> bool:
    """Whether the head of the answer was sent, by Tornado or by us: no other answer can be given any more."""
    return handler._headers_written


def unread(stream: IOStream) -> bytearray:
    """The bytes that have come and that nobody has read yet. Not to be changed."""
    return stream._read_buffer
