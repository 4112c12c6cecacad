import pytest

from services.access.grants import Scope, TicketHolder
from services.access.signing import Signer
from services.access.tickets import end_after, holder, lasts_s, ticket

SIGNER = Signer(bytes(32))
NOW_S = 1_800_000_000.0
END_S = 1_800_000_060
FILM = "Noir/1931/M.mp4"


@pytest.mark.parametrize(
    "scope",
    [
        Scope(FILM),
        Scope("", is_folder=True),
        Scope("Noir", is_folder=True),
        Scope("Noir/1931", is_folder=True),
    ],
)
def test_a_ticket_lets_in_for_its_film_or_folder_until_it_ends(scope):
    text = ticket(SIGNER, scope, END_S)
    assert holder(SIGNER, text, FILM, NOW_S) == TicketHolder(scope)
    assert holder(SIGNER, text, FILM, END_S - 0.1) == TicketHolder(scope)
    assert holder(SIGNER, text, FILM, END_S) is None


@pytest.mark.parametrize(
    "film",
    [
        "",
        "Noir/1931/Gilda.mp4",
        "Noir/1931/m.mp4",
        "Noir/1931/M.mp4/",
        "Noir/1931//M.mp4",
        "Noir/1931/../1931/M.mp4",
        "/Noir/1931/M.mp4",
        "Noir/1931/M.mp4\n",
        "Noir\n1931/M.mp4",
        "Noir",
    ],
)
def test_a_ticket_of_a_film_is_worth_nothing_for_another(film):
    assert holder(SIGNER, ticket(SIGNER, Scope(FILM), END_S), film, NOW_S) is None


@pytest.mark.parametrize("film", ["", "Alien.mp4", "noir/M.mp4", "Noirish/M.mp4", "/Noir/M.mp4", "./Noir/M.mp4"])
def test_a_ticket_of_a_folder_is_worth_nothing_outside_of_it(film):
    assert holder(SIGNER, ticket(SIGNER, Scope("Noir", is_folder=True), END_S), film, NOW_S) is None


def test_a_ticket_cannot_be_changed():
    text = ticket(SIGNER, Scope(FILM), END_S)
    kind, end, signature = text.split(".")
    for changed in (
        f"3.{end}.{signature}",
        f"{kind}.{END_S + 1:x}.{signature}",
        f"{kind}.0{end}.{signature[:-1]}A",
        f"{kind}.{end}.{signature[::-1]}",
        f"{kind}.{end}.",
        f"{text}x",
        f"{text}\n",
        "f..",
        "",
    ):
        assert holder(SIGNER, changed, FILM, NOW_S) is None
    assert holder(Signer(b"1" * 32), text, FILM, NOW_S) is None


def test_tickets_of_the_same_hour_end_together():
    assert end_after(1_800_000_001.5, 43_200) == end_after(1_800_003_599.0, 43_200) == 1_800_046_800
    assert end_after(1_800_000_000.0, 43_200) == 1_800_043_200


def test_a_ticket_lasts_twice_the_film_and_half_a_day_at_least():
    assert lasts_s(90 * 60) == 12 * 3600
    assert lasts_s(10 * 3600) == 20 * 3600
