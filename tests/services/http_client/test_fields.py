"""Parses fields of a head, well-formed or not. What the client does with them is tested in test_client.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.http_client.fields import content_length, parse_fields


@pytest.mark.parametrize(
    ("lines", "members"),
    [
        ([], []),
        (["X:"], []),
        (["X: , ,\t,"], []),
        (["X: a"], ["a"]),
        (["x: A ,b,, c\t"], ["a", "b", "c"]),
        (["X: a", "Y: no", "x: b, c"], ["a", "b", "c"]),
        (["X: a,", " b", "\tc"], ["a", "b c"]),
        (["X: a;q=1, b"], ["a;q=1", "b"]),
        (["X: a\xa0, b"], ["a\xa0", "b"]),
    ],
)
def test_the_members_of_a_list_are_those_of_all_its_lines(lines, members):
    assert parse_fields(lines).members("X") == members


@pytest.mark.parametrize(
    ("lines", "length"),
    [
        (["Content-Type: video/mp4"], None),
        (["content-length: 0"], 0),
        (["Content-Length: 0012"], 12),
        (["Content-Length: 999999999999999999"], 999_999_999_999_999_999),
        (["Content-Length: 4", "Content-Length: 4"], 4),
        (["Content-Length: 4, 4"], 4),
        (["Content-Length:", "  4"], 4),
    ],
)
def test_a_length_is_a_number_however_often_it_is_said(lines, length):
    assert content_length(parse_fields(lines)) == length


@pytest.mark.parametrize("value", ["", ",", "4, 5", "4 4", "+4", "-4", "4_0", "0x4", "4.0", "\xb2", "1" * 19])
def test_what_is_no_length_is_an_error(value):
    with pytest.raises(ValueError, match="no length"):
        content_length(parse_fields([f"Content-Length: {value}"]))


@given(st.lists(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=12), max_size=12))
def test_any_lines_are_fields_or_an_error(lines):
    try:
        fields = parse_fields(lines)
    except ValueError:
        return
    for name, value in fields.items():
        assert name == name.lower()
        assert value == value.strip(" \t")
        assert fields[name.upper()] == value
