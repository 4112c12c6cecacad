"""Over real connections: what the kernel has for a peer that takes nothing."""

import array
import fcntl
import socket
import sys
import termios
import time
from contextlib import ExitStack

import pytest

from services.admission.partings import Partings
from tests.needs import need_right


@pytest.fixture
def connected():
    """Pairs of a connection that has 8 KiB queued for its peer, and the peer, which reads nothing yet."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def pair():
            peer = stack.enter_context(socket.socket())
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            peer.settimeout(120)
            peer.connect(listening.getsockname())
            connection = stack.enter_context(listening.accept()[0])
            connection.setblocking(False)
            assert connection.send(bytes(8192)) == 8192
            return connection, peer

        yield pair


def _queued(connection):
    count = array.array("i", [0])
    fcntl.ioctl(connection, termios.TIOCOUTQ, count)
    return count[0]


def _received(peer):
    received = b""
    while part := peer.recv(65536):
        received += part
    return received


def test_a_peer_gets_all_that_was_sent_to_it_and_then_the_end(connected):
    partings = Partings()
    connection, peer = connected()
    partings.close(connection, "here")
    assert len(partings) == 1
    assert _received(peer) == bytes(8192)
    while len(partings):
        partings.look()
        time.sleep(0.01)
    assert connection.fileno() == -1


def test_one_too_many_cuts_off_the_longest_parting(connected):
    partings = Partings(most=2)
    pairs = [connected() for _ in range(3)]
    for connection, _ in pairs:
        partings.close(connection, "here")
    assert len(partings) == 2
    assert pairs[0][0].fileno() == -1
    with pytest.raises(ConnectionResetError):
        _received(pairs[0][1])
    assert _received(pairs[1][1]) == _received(pairs[2][1]) == bytes(8192)
    partings.end()


def test_one_too_many_cuts_off_one_of_the_address_that_has_most(connected):
    partings = Partings(most=3)
    addresses = ["here", "there", "there", "there", "elsewhere", "there"]
    pairs = [connected() for _ in addresses]
    for (connection, _), address in zip(pairs, addresses, strict=True):
        partings.close(connection, address)
    assert [connection.fileno() != -1 for connection, _ in pairs] == [True, False, False, False, True, True]
    assert _received(pairs[0][1]) == bytes(8192)
    partings.end()


def test_who_takes_nothing_is_cut_off_before_who_takes_some(connected):
    need_right("what Linux's kernel tells of what a peer has taken", granted=sys.platform == "linux")
    partings = Partings(most=2)
    (taken, taker), (stalled, _), (newest, _) = (connected() for _ in range(3))
    for connection in (taken, stalled):
        partings.close(connection, "here")
    partings.look()
    seen, stalled_at = _queued(taken), -1
    received = 0
    while stalled_at != (stalled_at := _queued(stalled)):  # the kernel may go on sending for a while
        while seen == _queued(taken):
            received += len(taker.recv(512))
        seen = _queued(taken)
        partings.look()
    partings.close(newest, "here")
    assert stalled.fileno() == -1
    assert received + len(_received(taker)) == 8192
    partings.end()


def test_what_a_peer_has_taken_or_left_is_closed_at_once(connected):
    partings = Partings()
    connection, peer = connected()
    received = 0
    while received < 8192:
        received += len(peer.recv(8192))
    partings.close(connection, "here")
    while connection.fileno() != -1:  # the kernel acknowledges a little later
        partings.look()
    left, leaving = connected()
    leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    leaving.close()
    partings.close(left, "here")
    assert len(partings) == 0
    assert left.fileno() == -1
