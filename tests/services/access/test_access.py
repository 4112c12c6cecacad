import asyncio
import logging

import pytest

from services.access.access import Access, Shown
from services.access.grants import Nobody, Owner, Scope, TicketHolder
from services.access.passwords import Password
from services.access.signing import Signer
from services.access.tickets import ticket
from services.errors import TooManyAttempts, WrongPassword

SIGNER = Signer(bytes(32))
NOW_S = 1_800_000_000.0


def _access(password: str = "open sesame", now_s: float = NOW_S) -> Access:
    return Access(Password(password), SIGNER, lambda: now_s)


def test_without_a_password_everybody_is_the_owner():
    assert not Access().is_locked
    assert Access().grant_at_once(Shown("192.0.2.1", "192.0.2.1"), "M.mp4") == Owner()


def test_a_session_is_the_owners_until_it_is_signed_out():
    access = _access()
    _, value = access.begun_session(stays=True)
    shown = Shown("192.0.2.1", "192.0.2.1", session=value)
    assert access.grant_at_once(shown, "") == Owner()
    access.sign_out(shown)
    assert access.grant_at_once(shown, "") == Nobody()


def test_a_session_is_renewed_when_half_of_it_is_over():
    _, value = _access().begun_session(stays=False)
    shown = Shown("192.0.2.1", "192.0.2.1", session=value)
    assert _access(now_s=NOW_S + 11 * 3600).renewed_session(shown) is None
    session, renewed = _access(now_s=NOW_S + 13 * 3600).renewed_session(shown)
    assert session.end_s == NOW_S + 37 * 3600
    assert not session.stays
    assert (
        _access(now_s=NOW_S + 36 * 3600).grant_at_once(Shown("192.0.2.1", "192.0.2.1", session=renewed), "") == Owner()
    )
    assert _access(now_s=NOW_S + 24 * 3600).renewed_session(shown) is None


def test_a_ticket_is_good_for_its_film():
    shown = Shown("192.0.2.1", "192.0.2.1", ticket=ticket(SIGNER, Scope("M.mp4"), int(NOW_S) + 60))
    assert _access().grant_at_once(shown, "M.mp4") == TicketHolder(Scope("M.mp4"))
    assert _access().grant_at_once(shown, "Alien.mp4") == Nobody()
    assert _access().grant_at_once(shown, "") == Nobody()


def test_programs_show_the_password_with_each_request():
    grant = _access().grant_by_password(Shown("192.0.2.1", "192.0.2.1", authorization="Bearer open sesame"))
    assert asyncio.run(grant) == Owner()
    assert (
        asyncio.run(_access().grant_by_password(Shown("192.0.2.1", "192.0.2.1", authorization="Digest x"))) == Nobody()
    )


def test_each_failure_is_one_line_that_ends_in_the_address(caplog):
    access = _access()
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            with pytest.raises(WrongPassword):
                asyncio.run(access.check("guess", Shown("2001:db8::7", "2001:db8::/64")))
        with pytest.raises(TooManyAttempts):
            asyncio.run(access.check("open sesame", Shown("2001:db8::7", "2001:db8::/64")))
    assert [record.getMessage() for record in caplog.records] == [
        *["wrong password from 2001:db8::7"] * 5,
        "too many attempts from 2001:db8::7",
    ]


def test_a_browser_that_was_signed_in_before_is_not_slowed_by_a_stranger_at_its_address():
    access = _access()
    for _ in range(5):
        with pytest.raises(WrongPassword):
            asyncio.run(access.check("guess", Shown("192.0.2.1", "192.0.2.1")))
    with pytest.raises(TooManyAttempts):
        asyncio.run(access.check("open sesame", Shown("192.0.2.1", "192.0.2.1", device="made.up")))
    asyncio.run(access.check("open sesame", Shown("192.0.2.1", "192.0.2.1", device=access.new_device())))


def test_servers_of_other_passwords_have_other_names_for_their_cookies():
    assert _access().cookie_name == "films-qJh2M5t5"
    assert Access(Password("x"), Signer(b"x")).cookie_name != _access().cookie_name
