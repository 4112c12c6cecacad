import asyncio
import gc
import threading
import weakref

import pytest

from services.threads import Threads, unhurried
from tests.turns import busy_ms_at_a_time


@pytest.fixture
def threads():
    threads = Threads("test", 2)
    yield threads
    threads.close()


@pytest.fixture
def gate():
    """What a hanging call waits for."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_an_answer_and_an_error_reach_who_asked(threads):
    async def asked():
        assert await threads.ask(pow, 2, 10) == 1024
        with pytest.raises(ZeroDivisionError):
            await threads.ask(divmod, 1, 0)

    asyncio.run(asked())


def test_no_more_threads_than_said_are_ever_busy(threads):
    busy = []
    most = []
    lock = threading.Lock()

    def question():
        with lock:
            busy.append(threading.get_ident())
            most.append(len(busy))
        with lock:
            busy.remove(threading.get_ident())
        return threading.current_thread().name

    async def asked():
        return await asyncio.gather(*(threads.ask(question) for _ in range(200)))

    assert set(asyncio.run(asked())) <= {"test_0", "test_1"}
    assert max(most) <= 2


def test_one_kind_that_hangs_holds_up_no_other(threads, gate):
    others = Threads("other", 1)

    async def asked():
        waiting = [asyncio.create_task(threads.ask(gate.wait)) for _ in range(100)]
        answers = [await others.ask(pow, 2, number) for number in range(100)]
        assert not any(task.done() for task in waiting)
        gate.set()
        await asyncio.gather(*waiting)
        return answers[-1]

    assert asyncio.run(asked()) == 2**99
    others.close()


def test_what_nobody_waits_for_is_neither_asked_nor_kept(threads, gate):
    class Question:
        def __call__(self):
            raise AssertionError("nobody waits for it")

    async def asked():
        waiting = [asyncio.create_task(threads.ask(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)  # both are asked now
        question = Question()
        kept = weakref.ref(question)
        impatient = asyncio.create_task(threads.ask(question, patience_s=0.01))
        await asyncio.wait([impatient])
        assert isinstance(impatient.exception(), TimeoutError)
        del question, impatient
        gc.collect()  # the error's traceback holds it too
        assert kept() is None
        gate.set()
        await asyncio.gather(*waiting)
        assert await threads.ask(pow, 2, 3) == 8

    asyncio.run(asked())


def test_an_answer_that_comes_too_late_is_discarded(threads, gate):
    discarded = threading.Event()

    def open_slowly():
        gate.wait()
        return discarded

    async def asked():
        with pytest.raises(TimeoutError):
            await threads.ask(open_slowly, patience_s=0.05, discard=threading.Event.set)

    asyncio.run(asked())
    assert not discarded.is_set()
    gate.set()
    assert discarded.wait(10)


def test_what_is_told_is_done(threads):
    done = threading.Event()
    threads.tell(done.set)
    assert done.wait(10)


def test_a_long_loop_gives_the_event_loop_its_turn_every_millisecond(threads):
    def looped():
        assert sum(unhurried(range(300_000))) == 300_000 * 299_999 / 2

    assert asyncio.run(threads.ask(busy_ms_at_a_time, looped)) < 3
