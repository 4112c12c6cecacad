from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.http.ranges import ByteRange
from services.http.representation import EntityTag, Representation
from services.http.response import plan_response

FILM = Representation(1000, "video/mp4", EntityTag("v1"), datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC))
EMPTY = Representation(0, "video/mp4", EntityTag("v0"), FILM.last_modified)
PAGE = Representation(300, "text/html", EntityTag("z1"), FILM.last_modified, "gzip", "Accept-Encoding")

VALIDATORS = {"ETag": '"v1"', "Cache-Control": "no-cache", "Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT"}


def test_the_whole_film_is_one_range_of_it():
    plan = plan_response("GET", {}, FILM)
    assert plan.status == 200
    assert plan.body == (ByteRange(0, 999),)
    assert plan.fields == {
        **VALIDATORS,
        "Accept-Ranges": "bytes",
        "Content-Type": "video/mp4",
        "Content-Length": "1000",
    }


def test_one_range_is_partial_content_even_if_it_is_everything():
    plan = plan_response("GET", {"Range": "bytes=0-"}, FILM)
    assert plan.status == 206
    assert plan.body == (ByteRange(0, 999),)
    assert plan.fields == {
        **VALIDATORS,
        "Accept-Ranges": "bytes",
        "Content-Type": "video/mp4",
        "Content-Range": "bytes 0-999/1000",
        "Content-Length": "1000",
    }


def test_several_ranges_are_parts_in_frames_of_multipart_byteranges():
    plan = plan_response("GET", {"Range": "bytes=0-1,10-11"}, FILM)
    media_type, boundary = plan.fields["Content-Type"].split("; boundary=")
    opening = f"\r\n--{boundary}\r\nContent-Type: video/mp4\r\nContent-Range: bytes ".encode()
    assert plan.status == 206
    assert media_type == "multipart/byteranges"
    assert "Content-Range" not in plan.fields
    assert plan.body == (
        opening + b"0-1/1000\r\n\r\n",
        ByteRange(0, 1),
        opening + b"10-11/1000\r\n\r\n",
        ByteRange(10, 11),
        f"\r\n--{boundary}--\r\n".encode(),
    )
    assert plan.fields["Content-Length"] == str(sum(map(len, plan.body)))


def test_a_boundary_is_not_used_twice():
    first, second = (plan_response("GET", {"Range": "bytes=0-1,10-11"}, FILM) for _ in range(2))
    assert first.fields["Content-Type"] != second.fields["Content-Type"]


def test_ranges_that_coalesce_into_one_are_no_multipart():
    plan = plan_response("GET", {"Range": "bytes=0-5,3-9"}, FILM)
    assert plan.fields["Content-Range"] == "bytes 0-9/1000"
    assert plan.fields["Content-Type"] == "video/mp4"


def test_parts_whose_frames_would_make_more_than_the_film_are_the_film():
    sixteen = "bytes=" + ",".join(f"{n * 10}-{n * 10}" for n in range(16))
    plan = plan_response("GET", {"Range": sixteen}, FILM)
    assert plan.status == 200
    assert plan.body == (ByteRange(0, 999),)


def test_unsatisfiable_ranges_are_told_the_length():
    plan = plan_response("GET", {"Range": "bytes=1000-"}, FILM)
    assert plan.status == 416
    assert plan.body == ()
    assert plan.fields == {
        "Accept-Ranges": "bytes",
        "Content-Range": "bytes */1000",
        "Content-Length": "0",
        "Cache-Control": "no-store",
    }


def test_head_has_the_fields_of_get_and_no_body():
    plan = plan_response("HEAD", {}, FILM)
    assert plan.status == 200
    assert plan.body == ()
    assert plan.fields == plan_response("GET", {}, FILM).fields


@pytest.mark.parametrize("field", ["bytes=0-1", "bytes=5000-", "bytes=0-1,10-11"])
def test_range_is_for_get_alone(field):
    plan = plan_response("HEAD", {"Range": field}, FILM)
    assert plan.status == 200
    assert plan.fields["Content-Length"] == "1000"


def test_not_modified_carries_what_a_cache_needs_and_no_more():
    plan = plan_response("GET", {"If-None-Match": '"v1"'}, FILM)
    assert plan.status == 304
    assert plan.body == ()
    assert plan.fields == {"ETag": '"v1"', "Cache-Control": "no-cache"}


def test_a_failed_precondition_has_no_content():
    plan = plan_response("GET", {"If-Match": '"v2"'}, FILM)
    assert plan.status == 412
    assert plan.fields == {"Content-Length": "0", "Cache-Control": "no-store"}


def test_preconditions_go_before_ranges():
    assert plan_response("GET", {"If-None-Match": '"v1"', "Range": "bytes=5000-"}, FILM).status == 304
    assert plan_response("GET", {"If-Match": '"v2"', "Range": "bytes=0-1"}, FILM).status == 412


def test_a_range_of_another_version_is_the_whole_of_this_one():
    plan = plan_response("GET", {"If-Range": '"v0"', "Range": "bytes=5000-"}, FILM)
    assert plan.status == 200
    assert plan.body == (ByteRange(0, 999),)


@pytest.mark.parametrize("request_fields", [{}, {"Range": "bytes=0-1"}, {"If-None-Match": '"v1"'}])
@pytest.mark.parametrize("immutable", [True, False])
def test_nothing_is_kept_of_what_grows(request_fields, immutable):
    plan = plan_response("GET", request_fields, replace(FILM, grows=True), immutable=immutable)
    assert plan.fields["Cache-Control"] == "no-store"


def test_an_empty_representation_has_an_empty_body():
    plan = plan_response("GET", {}, EMPTY)
    assert plan.status == 200
    assert plan.body == ()
    assert plan.fields["Content-Length"] == "0"


def test_a_selected_representation_says_by_what_it_was_selected():
    assert plan_response("GET", {}, PAGE).fields["Content-Encoding"] == "gzip"
    assert plan_response("GET", {}, PAGE).fields["Vary"] == "Accept-Encoding"
    assert plan_response("GET", {"If-None-Match": '"z1"'}, PAGE).fields["Vary"] == "Accept-Encoding"


def test_a_film_is_never_encoded_and_varies_by_nothing():
    fields = plan_response("GET", {"Accept-Encoding": "gzip"}, FILM).fields
    assert "Content-Encoding" not in fields
    assert "Vary" not in fields


@pytest.mark.parametrize(
    ("method", "fields", "status"),
    [
        ("GET", {}, 200),
        ("HEAD", {}, 200),
        ("GET", {"Range": "bytes=0-1"}, 206),
        ("GET", {"Range": "bytes=0-1,10-11"}, 206),
        ("GET", {"If-None-Match": "*"}, 304),
    ],
)
def test_what_is_sent_of_a_version_that_the_url_names_is_kept_for_good(method, fields, status):
    plan = plan_response(method, fields, FILM, immutable=True)
    assert (plan.status, plan.fields["Cache-Control"]) == (status, "public, max-age=31536000, immutable")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"If-Match": '"v2"'}, 412),
        ({"If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:36 GMT"}, 412),
        ({"Range": "bytes=1000-"}, 416),
    ],
)
def test_no_other_answer_is_kept_whatever_the_url_names(fields, status):
    plan = plan_response("GET", fields, FILM, immutable=True)
    assert (plan.status, plan.fields["Cache-Control"]) == (status, "no-store")


@pytest.mark.parametrize(
    ("immutable", "caching"), [(True, "private, max-age=31536000, immutable"), (False, "private, no-cache")]
)
def test_what_is_not_for_everybody_is_not_for_shared_caches(immutable, caching):
    for method, request in (
        ("GET", {}),
        ("HEAD", {}),
        ("GET", {"Range": "bytes=0-0"}),
        ("GET", {"If-None-Match": "*"}),
    ):
        plan = plan_response(method, request, FILM, immutable=immutable, private=True)
        assert plan.fields["Cache-Control"] == caching
