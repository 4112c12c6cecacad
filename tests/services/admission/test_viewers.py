import asyncio
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest

from services.admission.places import Outcome, Transfer
from services.admission.viewers import Viewers
from services.errors import TooManyViewers


@contextmanager
def _under_way(viewers, *transfers):
    with ExitStack() as stack:
        for transfer in transfers:
            viewers.enter(transfer)
            stack.callback(viewers.leave, transfer)
        yield


def test_who_ends_is_watched_no_more():
    async def watched():
        viewers = Viewers()
        with _under_way(viewers, Transfer()):
            during = len(viewers), await viewers.gone(0.0)
        return during, len(viewers), await viewers.gone(0.0)

    assert asyncio.run(watched()) == ((1, False), 0, True)


def test_a_request_takes_no_place_before_there_is_something_to_send():
    viewers = Viewers(most=1)
    film, other = Transfer(places=viewers.films), Transfer(places=viewers.films)
    with _under_way(viewers, film, other):
        assert len(viewers.films) == 0
        film.begin()
        assert len(viewers.films) == 1
        with pytest.raises(TooManyViewers):
            other.begin()
    assert len(viewers.films) == 0


def test_readers_of_documents_take_no_place_of_films():
    viewers = Viewers(most=1, most_documents=1)
    film, document = Transfer(places=viewers.films), Transfer(places=viewers.documents)
    with _under_way(viewers, film, document):
        film.begin()
        document.begin()
        assert (len(viewers.films), len(viewers.documents)) == (1, 1)


def test_requests_that_are_worked_on_are_bounded_and_shared_between_addresses():
    viewers = Viewers(most_working=3)
    first, second, third = Transfer("a"), Transfer("a"), Transfer("a")
    with _under_way(viewers, first, second, Transfer("b")):
        with pytest.raises(TooManyViewers):
            viewers.enter(third)
        second.places = viewers.films
        second.begin()  # it is worked on no more
        with _under_way(viewers, third):
            assert len(viewers) == 4
    assert len(viewers) == 0


def test_who_leaves_while_a_disk_is_waited_for_counts_among_what_is_worked_on_until_it_answers():
    viewers = Viewers(most=1, most_working=2)
    film = Transfer("a", places=viewers.films)
    with _under_way(viewers, film):
        film.begin()
        film.starved = True
        film.evict(Outcome.EVICTED)
        assert len(viewers.films) == 0
        with _under_way(viewers, Transfer("b")), pytest.raises(TooManyViewers):
            viewers.enter(Transfer("c"))
    with _under_way(viewers, Transfer("b")):
        assert len(viewers) == 1


def test_who_stops_reading_a_document_is_ended_and_who_pauses_a_film_is_not(monkeypatch):
    ended = []
    viewers = Viewers()
    monkeypatch.setattr("services.admission.places.monotonic", lambda: 1000.0)
    for places in (viewers.films, viewers.documents):
        Transfer("a", lambda places=places: ended.append(places), places).begin()
    monkeypatch.setattr("services.admission.places.monotonic", lambda: 1029.9)
    viewers.end_stalled()
    assert ended == []
    monkeypatch.setattr("services.admission.places.monotonic", lambda: 1030.0)
    viewers.end_stalled()
    assert ended == [viewers.documents]


def test_to_whom_something_is_not_due_any_more_is_ended_once_also_while_a_disk_is_waited_for():
    viewers, due, closed = Viewers(most_working=2), {"a", "b"}, []
    guests = [Transfer(name, partial(closed.append, name), is_due=lambda name=name: name in due) for name in "ab"]
    with _under_way(viewers, *guests):
        for guest in guests:
            guest.places = viewers.films
            guest.begin()
        guests[0].starved = True
        viewers.end_undue()
        assert closed == []
        due.remove("a")
        for _ in range(3):
            viewers.end_undue()
        assert closed == ["a"]
        assert [guest.outcome for guest in guests] == [Outcome.REVOKED, Outcome.SENDING]
        assert len(viewers.films) == 1
    with _under_way(viewers, Transfer("c")):
        assert len(viewers) == 1
