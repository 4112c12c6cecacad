"""Viewers who wait until the kernel takes more: served in rounds."""

import asyncio
import itertools
import socket
import statistics
from contextlib import asynccontextmanager, suppress

import pytest

from handlers.rounds import OneByOne, Rounds, calm_pause_s

PAUSE_S = 0.2


@pytest.mark.parametrize(
    ("before_s", "interval_s", "pause_s"),
    [
        pytest.param(0.2, 0.2, 0.1, id="two long times"),
        pytest.param(0.6, 0.2, 0.1, id="one three times as long as the other"),
        pytest.param(0.2, 0.61, 0, id="or longer"),
        pytest.param(0.3, 0.19, 0.02, id="one is too short for the long pause"),
        pytest.param(0.04, 0.04, 0.02, id="two times of two short pauses"),
        pytest.param(0.03, 0.05, 0, id="one is too short for any"),
        pytest.param(0, 10, 0, id="the first"),
    ],
)
def test_a_viewer_who_takes_evenly_can_wait_for_half_of_the_time_between_steps_at_most(before_s, interval_s, pause_s):
    assert calm_pause_s(before_s, interval_s) == pause_s


class Waiter:
    """A connection that is filled whenever the kernel takes more; ``served_s``: when that was."""

    def __init__(self, rounds, pause_s):
        self.served_s = []
        self._pause_s = pause_s
        self._end, self._peer = socket.socketpair()
        self._end.setblocking(False)
        self._peer.setblocking(False)
        self.descriptor = self._end.fileno()
        self.waiting = asyncio.create_task(rounds.serve(self.descriptor, self.fill))

    def fill(self, now_s):
        self.served_s.append(now_s)
        with suppress(BlockingIOError):
            while True:
                self._end.send(bytes(4096))
        return True

    async def served(self, times):
        while len(self.served_s) < times:
            await asyncio.sleep(0.001)

    def take_all(self):
        with suppress(BlockingIOError):
            while True:
                self._peer.recv(65536)

    async def become_calm(self):
        """Takes nothing for a while, and then all; and again."""
        for times in (1, 2):
            await self.served(times)
            await asyncio.sleep(3 * self._pause_s)
            self.take_all()
        await self.served(3)

    def close(self):
        self._end.close()
        self._peer.close()


@asynccontextmanager
async def waiters(count, pause_s=PAUSE_S):
    """So many of them in the same rounds, and these."""
    rounds = Rounds([pause_s])
    made = [Waiter(rounds, pause_s) for _ in range(count)]
    try:
        yield rounds, *made
    finally:
        for waiter in made:
            rounds.end(waiter.descriptor, EOFError())
        await asyncio.gather(*(waiter.waiting for waiter in made), return_exceptions=True)
        rounds.close()
        for waiter in made:
            waiter.close()


@pytest.mark.gen_test
async def test_viewers_who_take_seldom_are_served_together_after_a_pause():
    pause_s = 0.5  # a busy machine may take a while from the one to the other
    async with waiters(3, pause_s=pause_s) as (_, first, one, other):
        await asyncio.gather(first.become_calm(), one.become_calm(), other.become_calm())
        await asyncio.sleep(3 * pause_s)
        first.take_all()
        await first.served(4)  # since nobody was served for a while
        one.take_all()
        for _ in range(10):
            await asyncio.sleep(0)
        other.take_all()
        await asyncio.gather(one.served(4), other.served(4))
        assert one.served_s[3] == other.served_s[3]
        assert one.served_s[3] - first.served_s[3] >= pause_s * 0.99  # clocks are rounded


@pytest.mark.parametrize("pauses", [[3], [2.2, 8]], ids=["after the first pause", "after a longer pause than before"])
@pytest.mark.gen_test
async def test_viewers_who_read_on_are_served_at_once(pauses):
    async with waiters(6) as (_, *viewers):
        for times, pause in enumerate(pauses, start=1):
            await asyncio.gather(*(viewer.served(times) for viewer in viewers))
            await asyncio.sleep(pause * PAUSE_S)
            for viewer in viewers:
                viewer.take_all()
        for viewer in viewers:
            await viewer.served(len(pauses) + 1)
            viewer.take_all()
            await viewer.served(len(pauses) + 2)
        assert _usual_wait_s([viewer.served_s[-1] for viewer in viewers]) < PAUSE_S / 2


@pytest.mark.gen_test
async def test_a_viewer_who_takes_often_is_served_at_once():
    async with waiters(1) as (_, viewer):
        await viewer.become_calm()
        viewer.take_all()
        await viewer.served(4)  # after the pause, for the last time
        await _take_often(viewer)
        assert _usual_wait_s(viewer.served_s[3:]) < PAUSE_S


async def _take_often(viewer):
    for taken in range(len(viewer.served_s), len(viewer.served_s) + 10):
        viewer.take_all()
        await viewer.served(taken + 1)


def _usual_wait_s(served_s):
    """A busy machine makes some waits long, but not most."""
    return statistics.median(after - before for before, after in itertools.pairwise(served_s))


@pytest.mark.parametrize("kind", [Rounds, OneByOne])
@pytest.mark.gen_test
async def test_the_wait_ends_with_the_last_step(kind):
    rounds, (end, peer) = kind(), socket.socketpair()
    with end, peer:
        steps = []
        await rounds.serve(end.fileno(), lambda now_s: steps.append(now_s) or len(steps) < 3)
        assert len(steps) == 3
        await rounds.serve(end.fileno(), steps.append)  # who waited before may wait again
        assert len(steps) == 4
    rounds.close()


@pytest.mark.parametrize("kind", [Rounds, OneByOne])
@pytest.mark.gen_test
async def test_what_a_step_raises_is_raised_where_it_is_waited_for(kind):
    def fail(_):
        raise ValueError("a step")

    rounds, (end, peer) = kind(), socket.socketpair()
    with end, peer, pytest.raises(ValueError, match="a step"):
        await rounds.serve(end.fileno(), fail)
    rounds.close()


@pytest.mark.gen_test
async def test_a_step_may_close_the_connection_of_another_in_the_same_round():
    rounds, pairs, steps = Rounds(), [socket.socketpair() for _ in range(2)], []

    def close_the_other(number):
        steps.append(number)
        rounds.end(pairs[1 - number][0].fileno(), EOFError("closed by the other"))
        pairs[1 - number][0].close()
        return False

    ends = await asyncio.gather(
        *(
            rounds.serve(end.fileno(), lambda _, number=number: close_the_other(number))
            for number, (end, _) in enumerate(pairs)
        ),
        return_exceptions=True,
    )
    assert len(steps) == 1
    assert ends[steps[0]] is None
    assert isinstance(ends[1 - steps[0]], EOFError)
    rounds.close()
    for pair in pairs:
        for end in pair:
            end.close()


@pytest.mark.gen_test
async def test_who_waits_no_more_is_forgotten():
    async with waiters(1) as (rounds, viewer):
        await viewer.served(1)
        viewer.waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await viewer.waiting
        viewer.take_all()
        steps = []
        await rounds.serve(viewer.descriptor, steps.append)
        assert len(steps) == 1
        assert len(viewer.served_s) == 1


@pytest.mark.parametrize("kind", [Rounds, OneByOne])
@pytest.mark.gen_test
async def test_who_is_ended_while_they_wait_is_told_so(kind):
    rounds, (end, peer) = kind(), socket.socketpair()
    with end, peer:
        waiting = asyncio.create_task(rounds.serve(end.fileno(), lambda _: True))
        await asyncio.sleep(0)
        rounds.end(end.fileno(), EOFError())
        with pytest.raises(EOFError):
            await waiting
    rounds.close()
