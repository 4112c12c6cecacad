import pytest

from services.access.sessions import Session, cookie_value, session_of
from services.access.signing import Signer

SIGNER = Signer(bytes(32))
NOW_S = 1_800_000_000.5
DAY_S = 86_400


def test_a_session_lasts_a_day_or_stays_for_a_quarter_of_a_year():
    assert Session.begun(NOW_S, stays=False) == Session(1_800_000_000, 1_800_086_400, stays=False)
    assert Session.begun(NOW_S, stays=True) == Session(1_800_000_000, 1_807_776_000, stays=True)


@pytest.mark.parametrize("stays", [True, False])
def test_a_cookie_is_a_session_until_it_ends(stays):
    session = Session.begun(NOW_S, stays)
    value = cookie_value(SIGNER, session)
    assert session_of(SIGNER, value, NOW_S) == session
    assert session_of(SIGNER, value, session.end_s - 1) == session
    assert session_of(SIGNER, value, session.end_s) is None


def test_a_cookie_of_another_key_or_with_a_change_is_nobodys():
    value = cookie_value(SIGNER, Session.begun(NOW_S, stays=False))
    assert session_of(Signer(b"1" * 32), value, NOW_S) is None
    for changed in (value.replace(".b.", ".s."), f"0{value}", f"{value}\n", value[:-1], "a.b.s.", "", "é"):
        assert session_of(SIGNER, changed, NOW_S) is None


def test_no_two_have_the_same_cookie():
    session = Session.begun(NOW_S, stays=False)
    assert len({cookie_value(SIGNER, session) for _ in range(3)}) == 3


def test_a_session_is_renewed_in_its_second_half():
    session = Session.begun(NOW_S, stays=False)
    assert not session.is_due_for_renewal(NOW_S + DAY_S / 2 - 1)
    assert session.is_due_for_renewal(NOW_S + DAY_S / 2 + 1)
