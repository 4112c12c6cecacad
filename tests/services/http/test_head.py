from http import HTTPStatus

import pytest

from services.http.head import response_head


def test_a_head_is_the_status_line_the_fields_and_an_empty_line():
    assert response_head(HTTPStatus.PARTIAL_CONTENT, {"ETag": '"1"', "Content-Length": "5"}) == (
        b'HTTP/1.1 206 Partial Content\r\nETag: "1"\r\nContent-Length: 5\r\n\r\n'
    )


def test_a_head_may_have_no_fields():
    assert response_head(HTTPStatus.NO_CONTENT, {}) == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_characters_of_latin_1_are_a_byte_each():
    assert response_head(HTTPStatus.OK, {"X-Name": "é"}) == b"HTTP/1.1 200 OK\r\nX-Name: \xe9\r\n\r\n"


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"], ids=["CRLF", "LF", "CR"])
def test_a_field_with_a_line_end_is_refused(line_end):
    with pytest.raises(ValueError, match="line end"):
        response_head(HTTPStatus.OK, {"Location": f"/a{line_end}Set-Cookie: b=c"})
