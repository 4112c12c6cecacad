from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.http.preconditions import Evaluation, evaluate, range_applies
from services.http.representation import EntityTag, Representation

CURRENT = Representation(1000, "video/mp4", EntityTag("v1"), datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC))
WEAK = Representation(1000, "video/mp4", EntityTag("v1", weak=True), CURRENT.last_modified)

SAME = "Sun, 06 Nov 1994 08:49:37 GMT"
SAME_RFC850 = "Sunday, 06-Nov-94 08:49:37 GMT"
SAME_ASCTIME = "Sun Nov  6 08:49:37 1994"
EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT"
LATER = "Sun, 06 Nov 1994 08:49:38 GMT"
NO_DATE = "yesterday"

EVALUATIONS = {
    "nothing asked": ({}, "PROCEED"),
    "If-Match, same tag": ({"If-Match": '"v1"'}, "PROCEED"),
    "If-Match, one of several": ({"If-Match": '"v0", "v1"'}, "PROCEED"),
    "If-Match, several without blanks": ({"If-Match": '"v0","v1"'}, "PROCEED"),
    "If-Match, empty list elements": ({"If-Match": ',, "v1" ,'}, "PROCEED"),
    "If-Match, another tag": ({"If-Match": '"v2"'}, "FAILED"),
    "If-Match, weak form of the tag": ({"If-Match": 'W/"v1"'}, "FAILED"),
    "If-Match, any": ({"If-Match": "*"}, "PROCEED"),
    "If-Match, not a tag": ({"If-Match": "v1"}, "FAILED"),
    "If-Match, tag within another": ({"If-Match": "\"x'v1'\""}, "FAILED"),
    "If-Match, comma within a tag": ({"If-Match": '"v0,v1"'}, "FAILED"),
    "If-Unmodified-Since, same": ({"If-Unmodified-Since": SAME}, "PROCEED"),
    "If-Unmodified-Since, same, RFC 850": ({"If-Unmodified-Since": SAME_RFC850}, "PROCEED"),
    "If-Unmodified-Since, same, asctime": ({"If-Unmodified-Since": SAME_ASCTIME}, "PROCEED"),
    "If-Unmodified-Since, later": ({"If-Unmodified-Since": LATER}, "PROCEED"),
    "If-Unmodified-Since, earlier": ({"If-Unmodified-Since": EARLIER}, "FAILED"),
    "If-Unmodified-Since, no date": ({"If-Unmodified-Since": NO_DATE}, "PROCEED"),
    "If-Match goes before If-Unmodified-Since": ({"If-Match": '"v1"', "If-Unmodified-Since": EARLIER}, "PROCEED"),
    "If-None-Match, same tag": ({"If-None-Match": '"v1"'}, "NOT_MODIFIED"),
    "If-None-Match, weak form of the tag": ({"If-None-Match": 'W/"v1"'}, "NOT_MODIFIED"),
    "If-None-Match, one of several": ({"If-None-Match": '"v0", W/"v1"'}, "NOT_MODIFIED"),
    "If-None-Match, any": ({"If-None-Match": "*"}, "NOT_MODIFIED"),
    "If-None-Match, another tag": ({"If-None-Match": '"v2"'}, "PROCEED"),
    "If-None-Match, not a tag": ({"If-None-Match": "v1"}, "PROCEED"),
    "If-None-Match, tag in other case": ({"If-None-Match": '"V1"'}, "PROCEED"),
    "If-Modified-Since, same": ({"If-Modified-Since": SAME}, "NOT_MODIFIED"),
    "If-Modified-Since, same, RFC 850": ({"If-Modified-Since": SAME_RFC850}, "NOT_MODIFIED"),
    "If-Modified-Since, same, asctime": ({"If-Modified-Since": SAME_ASCTIME}, "NOT_MODIFIED"),
    "If-Modified-Since, later": ({"If-Modified-Since": LATER}, "NOT_MODIFIED"),
    "If-Modified-Since, earlier": ({"If-Modified-Since": EARLIER}, "PROCEED"),
    "If-Modified-Since, no date": ({"If-Modified-Since": NO_DATE}, "PROCEED"),
    "If-None-Match goes before If-Modified-Since": ({"If-None-Match": '"v2"', "If-Modified-Since": LATER}, "PROCEED"),
    "If-Match passes, then If-None-Match": ({"If-Match": '"v1"', "If-None-Match": '"v1"'}, "NOT_MODIFIED"),
    "If-Match fails, whatever If-None-Match says": ({"If-Match": '"v2"', "If-None-Match": '"v1"'}, "FAILED"),
    "both dates pass": ({"If-Unmodified-Since": SAME, "If-Modified-Since": EARLIER}, "PROCEED"),
}


@pytest.mark.parametrize(("fields", "evaluation"), EVALUATIONS.values(), ids=EVALUATIONS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_preconditions_are_evaluated_in_the_order_of_the_rfc(method, fields, evaluation):
    assert evaluate(method, fields, CURRENT) is Evaluation[evaluation]


def test_a_weak_tag_of_ours_never_satisfies_if_match():
    assert evaluate("GET", {"If-Match": 'W/"v1"'}, WEAK) is Evaluation.FAILED
    assert evaluate("GET", {"If-Match": '"v1"'}, WEAK) is Evaluation.FAILED


def test_if_none_match_fails_other_methods_than_get_and_head():
    assert evaluate("PUT", {"If-None-Match": '"v1"'}, CURRENT) is Evaluation.FAILED


def test_if_modified_since_is_for_get_and_head_alone():
    assert evaluate("PUT", {"If-Modified-Since": LATER}, CURRENT) is Evaluation.PROCEED


@pytest.mark.parametrize(
    ("if_range", "applies"),
    [
        pytest.param('"v1"', True, id="same tag"),
        pytest.param('"v2"', False, id="another tag"),
        pytest.param('W/"v1"', False, id="weak form of the tag"),
        pytest.param('"v1", "v2"', False, id="a list, which it cannot be"),
        pytest.param(', "v1"', False, id="an empty element, which it cannot have"),
        pytest.param("*", False, id="any, which it cannot be"),
        pytest.param("v1", False, id="not a tag"),
        pytest.param(SAME, True, id="same date"),
        pytest.param(SAME_RFC850, True, id="same date, RFC 850"),
        pytest.param(EARLIER, False, id="earlier date"),
        pytest.param(LATER, False, id="later date"),
        pytest.param(NO_DATE, False, id="no date"),
        pytest.param("", False, id="empty"),
    ],
)
def test_range_applies_by_the_strong_tag_or_the_exact_date(if_range, applies):
    assert range_applies({"If-Range": if_range}, CURRENT) is applies


def test_range_applies_without_if_range():
    assert range_applies({}, CURRENT)


opaque = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters='"\x7f'), max_size=20).filter(
    lambda text: not any(0x7F <= ord(character) < 0x80 for character in text)
)


@given(st.lists(opaque, max_size=5), st.lists(opaque, max_size=5), st.sampled_from([", ", ",", " ,\t", ",,"]))
def test_a_listed_tag_is_found_wherever_it_stands(before, after, comma):
    field = comma.join(f'"{tag}"' for tag in [*before, "v1", *after])
    assert evaluate("GET", {"If-Match": field}, CURRENT) is Evaluation.PROCEED


@given(st.text())
def test_no_text_breaks_the_evaluation(text):
    for name in ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"):
        assert evaluate("GET", {name: text}, CURRENT) in Evaluation
