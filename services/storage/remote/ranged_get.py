"""Reads a range of one version of a resource (RFC 9110 §14, §13.1.1), and checks the answer.

Entity tag, range and length are checked, since some stores ignore If-Match, answer 200 to Range, or send another range.

Tested by tests/services/storage/remote/test_object_source.py.
"""

from collections.abc import Mapping
from http import HTTPStatus

from services.errors import RepresentationChanged, StorageError, StoreFault
from services.http_client.body import HttpBody
from services.http_client.client import NO_FIELDS, Answer, HttpClient
from services.storage.remote.object_client import ObjectStatus
from services.storage.remote.objections import objection


async def get_range(
    http: HttpClient, url: str, status: ObjectStatus, first: int, last: int, fields: Mapping[str, str] = NO_FIELDS
) -> HttpBody:
    """Bytes ``first`` to ``last``, both included, of the version ``status``. ``fields`` are sent too.

    Raises RepresentationChanged, what ``objection`` tells, and HttpClient's errors. The result must be closed.
    """
    fields = {**fields, "Range": f"bytes={first}-{last}", "If-Match": str(status.entity_tag)}
    answer = await http.request("GET", url, fields)
    try:
        if error := await _range_objection(answer, url, status, first, last):
            raise error
    except BaseException:
        answer.body.close()
        raise
    return answer.body


async def _range_objection(
    answer: Answer, url: str, status: ObjectStatus, first: int, last: int
) -> StorageError | None:
    match answer.status:
        case HTTPStatus.PARTIAL_CONTENT:
            if answer.fields.get("ETag") != str(status.entity_tag):
                return RepresentationChanged("the store has another version")
            if answer.fields.get("Content-Range") != f"bytes {first}-{last}/{status.size}":
                return StoreFault("the store sends another range than was asked for")
            if answer.body.remaining != last - first + 1:
                return StoreFault("the store sends a range whose Content-Length does not match Content-Range")
            return None
        case HTTPStatus.PRECONDITION_FAILED | HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return RepresentationChanged("the store has another version")
        case HTTPStatus.OK:
            return StoreFault("the store sends the whole object when it is asked for a range")
        case _:
            return await objection(answer, url)
