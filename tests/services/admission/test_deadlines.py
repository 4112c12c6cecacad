import asyncio

from services.admission.deadlines import Deadlines


def _acted(play, after_s=0.05):
    """What was done of the acts that ``play`` adds and removes by their names."""
    done = []
    acts = {name: lambda name=name: done.append(name) for name in "abc"}

    async def played():
        await play(Deadlines(after_s), acts, done)

    asyncio.run(played())
    return done


def test_what_is_not_removed_in_time_is_done_once_and_in_order():
    async def play(deadlines, acts, done):
        for name in "abc":
            deadlines.add(acts[name])
        deadlines.remove(acts["b"])
        while len(done) < 2:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)

    assert _acted(play) == ["a", "c"]


def test_what_comes_while_others_wait_has_the_whole_time_and_a_timer_when_they_are_done():
    async def play(deadlines, acts, done):
        loop = asyncio.get_running_loop()
        deadlines.add(acts["a"])
        await asyncio.sleep(0.15)
        deadlines.add(acts["b"])
        added_s = loop.time()
        while len(done) < 2:
            await asyncio.sleep(0.01)
        assert loop.time() - added_s > 0.29

    assert _acted(play, after_s=0.3) == ["a", "b"]


def test_what_comes_after_all_is_done_is_ended_too():
    async def play(deadlines, acts, done):
        for name in "ab":
            deadlines.add(acts[name])
            while done[-1:] != [name]:
                await asyncio.sleep(0.01)

    assert _acted(play) == ["a", "b"]


def test_thousands_of_acts_that_are_done_in_time_take_one_timer():
    timers = 0

    async def play(deadlines, acts, done):
        nonlocal timers
        for _ in range(1000):
            deadlines.add(acts["a"])
            deadlines.remove(acts["a"])
        timers = len(asyncio.get_running_loop()._scheduled)

    assert _acted(play, after_s=60.0) == []
    assert timers == 1
