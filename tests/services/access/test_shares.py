import re

import pytest

from services.access.redacted import redacted
from services.access.shares import Form, Subject, Terms, is_code, leads_to, link, proof, share_of, shows_code
from services.access.signing import Signer

SIGNER = Signer(bytes(32))
FILM = Subject(Form.FILM, "Noir/M.mp4")
TERMS = Terms(1_800_000_000, 1_800_086_400, downloads=True, code="Rosebud 7")


def test_a_link_says_its_terms_and_leads_to_its_subject_alone():
    share = share_of(SIGNER, link(SIGNER, FILM, TERMS))
    assert (share.begins_s, share.ends_s, share.downloads) == (1_800_000_000, 1_800_086_400, True)
    is_it = leads_to(SIGNER, share)
    others = [Subject(Form.FOLDER, FILM.name), Subject(Form.FILM, "Noir/m.mp4"), Subject(Form.SERIES, "Noir")]
    assert [is_it(each) for each in (FILM, *others)] == [True, False, False, False]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_link_says_whether_it_has_to_be_in_a_list(is_kept):
    assert share_of(SIGNER, link(SIGNER, FILM, TERMS, is_kept=is_kept)).is_kept is is_kept


@pytest.mark.parametrize("terms", [Terms(), TERMS], ids=["for ever", "with all"])
def test_a_link_tells_no_name_and_is_short_enough_for_a_code_to_scan(terms):
    text = link(SIGNER, FILM, terms, is_kept=True)
    assert len(text) <= 87
    assert re.fullmatch(r"[\w.-]+", text, re.ASCII)


def test_no_two_links_are_the_same():
    assert link(SIGNER, FILM, TERMS) != link(SIGNER, FILM, TERMS)


def test_a_share_begins_and_ends_at_its_seconds():
    share = share_of(SIGNER, link(SIGNER, FILM, TERMS))
    assert [share.has_begun(s) for s in (1_799_999_999.9, 1_800_000_000)] == [False, True]
    assert [share.has_ended(s) for s in (1_800_086_399.9, 1_800_086_400)] == [False, True]
    for_ever = share_of(SIGNER, link(SIGNER, FILM, Terms()))
    assert (for_ever.has_begun(0), for_ever.has_ended(1e12)) == (True, False)


def test_a_link_cannot_be_changed():
    text = link(SIGNER, FILM, TERMS)
    changed = [text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :] for place in range(len(text))]
    changed += [
        text + "A",
        text[:-1],
        text.replace(".d.", ".w."),
        text.replace(".d.", ".dk."),
        "",
        text + "\n",
        "s." + "A" * 200,
    ]
    assert [each for each in changed if share_of(SIGNER, each)] == []
    assert share_of(Signer(b"of another password"), text) is None


@pytest.mark.parametrize(
    ("given", "is_right"), [("Rosebud 7", True), (" rosebud7 ", True), ("rosebud", False), ("", False), ("é", False)]
)
def test_a_code_is_the_same_however_it_is_written(given, is_right):
    assert is_code(SIGNER, share_of(SIGNER, link(SIGNER, FILM, TERMS)), given) is is_right


def test_what_shows_the_code_of_one_share_shows_it_of_no_other():
    share, other = (share_of(SIGNER, link(SIGNER, FILM, TERMS)) for _ in range(2))
    assert shows_code(SIGNER, share, proof(SIGNER, share))
    assert not shows_code(SIGNER, other, proof(SIGNER, share))
    assert not shows_code(SIGNER, share, "")
    assert shows_code(SIGNER, share_of(SIGNER, link(SIGNER, FILM, Terms())), "")


@pytest.mark.parametrize("terms", [Terms(), TERMS], ids=["for ever", "with all"])
def test_no_link_is_left_in_what_is_redacted(terms):
    for is_kept in (True, False):
        assert redacted(f"/x?{link(SIGNER, FILM, terms, is_kept=is_kept)}/y") == "/x?.../y"
