import pytest

from services.admission import places as places_module
from services.admission.places import Outcome, Places, Shares, Transfer
from services.errors import TooManyViewers

ENOUGH = 64 * 1024


@pytest.fixture
def clock(monkeypatch):
    """The monotonic clock, moved by hand: clock[0] is what it shows, in seconds."""
    clock = [1000.0]
    monkeypatch.setattr(places_module, "monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def closed():
    """The names of those who were closed, in order."""
    return []


@pytest.fixture
def enter(closed):
    """Has a transfer of this name take a place, and some bytes."""

    def entered(places, name, sent=0, address="here"):
        transfer = Transfer(address, lambda: closed.append(name), places)
        transfer.begin()
        if sent:
            transfer.moved(sent)
        return transfer

    return entered


def test_there_is_room_up_to_the_limit(enter, clock, closed):
    places = Places(most=2)
    enter(places, "a", ENOUGH)
    clock[0] += 60
    enter(places, "b")
    assert (len(places), closed) == (2, [])


def test_the_longest_stalled_makes_room(enter, clock, closed):
    places = Places(most=3)
    a, b, c = (enter(places, name, ENOUGH) for name in "abc")
    clock[0] += 60
    a.moved(1)
    clock[0] += 60
    enter(places, "d")
    assert closed == ["b"]
    assert [transfer.outcome for transfer in (a, b, c)] == [Outcome.SENDING, Outcome.EVICTED, Outcome.SENDING]
    enter(places, "e")
    enter(places, "f")
    assert closed == ["b", "c", "a"]
    assert len(places) == 3


def test_who_stalls_in_the_first_64_kib_makes_room_too_but_after_who_is_paused(enter, clock, closed):
    places = Places(most=2)
    enter(places, "new", ENOUGH - 1)
    enter(places, "old", ENOUGH)
    clock[0] += 60
    enter(places, "next")
    assert closed == ["old"]
    enter(places, "one more")
    assert closed == ["old", "new"]


def test_who_stalls_in_the_first_64_kib_for_long_goes_before_who_paused_lately(enter, clock, closed):
    places = Places(most=2)
    enter(places, "new", ENOUGH - 1)
    clock[0] += 31
    enter(places, "old", ENOUGH)
    clock[0] += 6
    enter(places, "next")
    assert closed == ["new"]


def test_who_takes_nothing_at_all_makes_room(enter, clock, closed):
    places = Places(most=2)
    enter(places, "a")
    enter(places, "b")
    clock[0] += 5
    enter(places, "next")
    assert closed == ["a"]


@pytest.mark.parametrize("sent", [1, ENOUGH])
def test_nobody_is_closed_who_took_something_lately(enter, clock, closed, sent):
    places = Places(most=1)
    enter(places, "slow", sent)
    clock[0] += 4.9
    with pytest.raises(TooManyViewers):
        enter(places, "next")
    assert (len(places), closed) == (1, [])


def test_who_took_a_part_of_a_chunk_is_not_stalled(enter, clock, closed):
    places = Places(most=1)
    slow = enter(places, "slow")
    clock[0] += 4
    slow.touched()
    clock[0] += 4
    with pytest.raises(TooManyViewers):
        enter(places, "next")


def test_who_waits_for_a_disk_goes_last_and_counts_anew_once_it_has_answered(enter, clock, closed):
    places = Places(most=3)
    a, b, _ = (enter(places, name, ENOUGH) for name in "abc")
    a.starved = b.starved = True
    clock[0] += 60
    enter(places, "d")
    assert closed == ["c"]
    b.fed()
    enter(places, "e")
    assert closed == ["c", "a"]
    with pytest.raises(TooManyViewers):
        enter(places, "f")


def test_a_newcomer_takes_a_place_from_the_address_that_holds_most(enter, clock, closed):
    places = Places(most=6)
    for name in ("a", "b", "c", "d"):
        enter(places, name, ENOUGH, "crowd")
    enter(places, "e", ENOUGH, "pair")
    enter(places, "f", ENOUGH, "pair")
    enter(places, "g", address="new")
    assert closed == ["a"]
    with pytest.raises(TooManyViewers):
        enter(places, "h", address="new")  # three are not twice as many as its two would be
    with pytest.raises(TooManyViewers):
        enter(places, "i", address="crowd")
    assert (len(places), closed) == (6, ["a"])


def test_nobody_is_closed_for_a_newcomer_of_the_same_address_as_behind_a_proxy(enter, clock, closed):
    places = Places(most=50)
    for number in range(50):
        enter(places, str(number), ENOUGH, "proxy")
    with pytest.raises(TooManyViewers):
        enter(places, "next", address="proxy")
    assert closed == []


def test_no_place_is_taken_from_who_takes_its_first_bytes_unless_it_takes_them_very_slowly(enter, clock, closed):
    places = Places(most=2)
    transfers = [enter(places, name, address="crowd") for name in "ab"]
    for _ in range(3):
        clock[0] += 3
        for transfer in transfers:
            transfer.moved(1)
    with pytest.raises(TooManyViewers):
        enter(places, "next", address="new")
    clock[0] += 3
    enter(places, "next", address="new")
    assert closed == ["a"]


def test_those_who_take_nothing_are_ended_after_a_while_but_not_who_waits_for_a_disk(enter, clock, closed):
    places = Places()
    enter(places, "a")
    enter(places, "b", ENOUGH)
    enter(places, "c").starved = True
    clock[0] += 29
    enter(places, "d")
    clock[0] += 1
    places.end_stalled(30)
    assert (len(places), sorted(closed)) == (2, ["a", "b"])


def test_a_transfer_has_one_place_and_gives_it_back_once(enter):
    places = Places()
    transfer = enter(places, "a")
    transfer.begin()
    assert len(places) == 1
    transfer.end()
    transfer.end()
    transfer.moved(1)
    assert len(places) == 0


def test_an_address_alone_has_four_fifths_and_others_find_some():
    shares = Shares(10)
    assert [shares.take("a") for _ in range(9)] == [True] * 8 + [False]
    assert [shares.take("b") for _ in range(3)] == [True, True, False]
    shares.give_back("a")
    assert [shares.take("c"), shares.take("d")] == [True, False]
