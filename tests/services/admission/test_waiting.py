import pytest

from services.admission import waiting as waiting_module
from services.admission.waiting import Peer, Waiting


@pytest.fixture
def clock(monkeypatch):
    """The monotonic clock, moved by hand: clock[0] is what it shows, in seconds."""
    clock = [1000.0]
    monkeypatch.setattr(waiting_module, "monotonic", lambda: clock[0])
    return clock


class Connection:
    def __init__(self, peer, name, closed):
        self.peer = peer
        self.name = name
        self.close = lambda: closed.append(name)


@pytest.fixture
def closed():
    """The names of those that were closed, in order."""
    return []


@pytest.fixture
def add(closed):
    """Has a connection of this name wait; those of the same first letter are of one address."""
    peers = {}

    def added(waiting, name):
        peer = peers.setdefault(name[0], Peer(name[0]))
        connection = Connection(peer, name, closed)
        waiting.add(connection)
        return connection

    return added


def test_the_only_address_has_half_of_all_and_then_closes_its_own_longest_waiting(add, clock, closed):
    waiting = Waiting(most=8)
    for number in range(4):
        add(waiting, f"a{number}")
    assert closed == []
    add(waiting, "a4")
    assert (len(waiting), closed) == (4, ["a0"])


def test_an_address_has_less_the_more_others_there_are(add, clock, closed):
    waiting = Waiting(most=8)
    for name in ("a0", "a1", "a2", "b0", "b1"):
        add(waiting, name)
    add(waiting, "a3")
    assert closed == ["a0"]
    add(waiting, "c0")
    assert closed == ["a0"]


def test_a_newcomer_comes_in_when_all_are_taken_and_the_longest_waiting_is_closed(add, clock, closed):
    waiting = Waiting(most=3)
    first, second = add(waiting, "a"), add(waiting, "b")
    waiting.remove(first)
    clock[0] += 1
    waiting.add(first)  # it was answered, and waits for its next request
    clock[0] += 1
    waiting.began(second)
    add(waiting, "c")
    add(waiting, "d")
    assert (len(waiting), closed) == (3, ["a"])
    clock[0] += 1
    add(waiting, "e")
    assert (len(waiting), closed) == (3, ["a", "c"])
    add(waiting, "f")
    add(waiting, "g")
    assert closed == ["a", "c", "d", "b"]


def test_who_sends_nothing_has_longer_than_who_sends_a_part(add, clock, closed):
    waiting = Waiting(idle_s=75, request_s=10)
    silent, begun = add(waiting, "silent"), add(waiting, "begun")
    clock[0] += 70
    waiting.began(begun)
    clock[0] += 4.9
    waiting.close_overdue()
    assert closed == []
    clock[0] += 0.1
    waiting.close_overdue()
    assert closed == ["silent"]
    waiting.began(begun)  # another part, which gives no more time
    clock[0] += 5
    waiting.close_overdue()
    assert (len(waiting), closed) == (0, ["silent", "begun"])
    waiting.remove(silent)


def test_what_has_come_waits_no_more(add, clock, closed):
    waiting = Waiting(most=2, idle_s=1, request_s=1)
    connection = add(waiting, "a")
    waiting.began(connection)
    waiting.remove(connection)
    clock[0] += 60
    waiting.close_overdue()
    assert (len(waiting), closed, waiting.make_room()) == (0, [], False)
    assert not connection.peer.waiting
