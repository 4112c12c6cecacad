import asyncio
from contextlib import ExitStack

import pytest

from services import viewers as viewers_module
from services.errors import TooManyViewers
from services.viewers import Outcome, Transfer, Viewers


@pytest.fixture
def clock(monkeypatch):
    """The monotonic clock, moved by hand: clock[0] is what it shows, in seconds."""
    clock = [1000.0]
    monkeypatch.setattr(viewers_module, "monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def closed():
    """The names of those who were closed, in order."""
    return []


@pytest.fixture
def watch(closed):
    """Begins to watch a transfer of a name, which has sent some bytes; it is watched until the test ends."""
    with ExitStack() as stack:

        def begin(viewers, name, sent=0):
            transfer = Transfer(close=lambda: closed.append(name))
            stack.enter_context(viewers.watching(transfer))
            if sent:
                transfer.moved(sent)
            return transfer

        yield begin


ENOUGH = 64 * 1024


def test_there_is_room_up_to_the_limit(watch, clock, closed):
    viewers = Viewers(most=2)
    watch(viewers, "a", ENOUGH)
    clock[0] += 60
    watch(viewers, "b")
    viewers.make_room()
    assert closed == []


def test_the_longest_stalled_makes_room(watch, clock, closed):
    viewers = Viewers(most=3)
    a, b, c = (watch(viewers, name, ENOUGH) for name in "abc")
    clock[0] += 60
    a.moved(1)
    clock[0] += 60
    watch(viewers, "d")
    viewers.make_room()
    assert closed == ["b"]
    assert [transfer.outcome for transfer in (a, b, c)] == [Outcome.SENDING, Outcome.EVICTED, Outcome.SENDING]
    watch(viewers, "e")
    viewers.make_room()
    watch(viewers, "f")
    viewers.make_room()
    assert closed == ["b", "c", "a"]


def test_nobody_is_closed_in_their_first_64_kib(watch, clock, closed):
    viewers = Viewers(most=2)
    watch(viewers, "new", ENOUGH - 1)
    watch(viewers, "old", ENOUGH)
    clock[0] += 60
    watch(viewers, "next")
    viewers.make_room()
    assert closed == ["old"]


def test_nobody_is_closed_who_took_something_lately(watch, clock, closed):
    viewers = Viewers(most=1)
    watch(viewers, "slow", ENOUGH)
    clock[0] += 4.9
    watch(viewers, "next")
    with pytest.raises(TooManyViewers):
        viewers.make_room()
    assert closed == []


def test_nobody_is_closed_for_whom_there_is_nothing_to_take(watch, clock, closed):
    viewers = Viewers(most=2)
    a, _ = (watch(viewers, name, ENOUGH) for name in "ab")
    a.starved = True
    clock[0] += 60
    watch(viewers, "c")
    viewers.make_room()
    assert closed == ["b"]


def test_who_ends_is_watched_no_more():
    async def watched():
        viewers = Viewers()
        with viewers.watching(Transfer()):
            during = len(viewers), await viewers.gone(0.0)
        return during, len(viewers), await viewers.gone(0.0)

    assert asyncio.run(watched()) == ((1, False), 0, True)
