import asyncio

import pytest

from services.errors import TooManyViewers
from services.places import Transfer
from services.viewers import Viewers


def test_who_ends_is_watched_no_more():
    async def watched():
        viewers = Viewers()
        with viewers.watching(Transfer()):
            during = len(viewers), await viewers.gone(0.0)
        return during, len(viewers), await viewers.gone(0.0)

    assert asyncio.run(watched()) == ((1, False), 0, True)


def test_a_request_takes_no_place_before_there_is_something_to_send():
    viewers = Viewers(most=1)
    film, other = Transfer(places=viewers.films), Transfer(places=viewers.films)
    with viewers.watching(film), viewers.watching(other):
        assert len(viewers.films) == 0
        film.begin()
        assert len(viewers.films) == 1
        with pytest.raises(TooManyViewers):
            other.begin()
    assert len(viewers.films) == 0


def test_readers_of_documents_take_no_place_of_films():
    viewers = Viewers(most=1, most_documents=1)
    film, document = Transfer(places=viewers.films), Transfer(places=viewers.documents)
    with viewers.watching(film), viewers.watching(document):
        film.begin()
        document.begin()
        assert (len(viewers.films), len(viewers.documents)) == (1, 1)


def test_requests_that_are_worked_on_are_bounded_and_shared_between_addresses():
    viewers = Viewers(most_working=3)
    first, second, third = Transfer("a"), Transfer("a"), Transfer("a")
    with viewers.watching(first), viewers.watching(second), viewers.watching(Transfer("b")):
        with pytest.raises(TooManyViewers), viewers.watching(third):
            pass
        second.places = viewers.films
        second.begin()  # it is worked on no more
        with viewers.watching(third):
            assert len(viewers) == 4
    assert len(viewers) == 0


def test_who_stops_reading_a_document_is_ended_and_who_pauses_a_film_is_not(monkeypatch):
    ended = []
    viewers = Viewers()
    monkeypatch.setattr("services.places.monotonic", lambda: 1000.0)
    for places in (viewers.films, viewers.documents):
        Transfer("a", lambda places=places: ended.append(places), places).begin()
    monkeypatch.setattr("services.places.monotonic", lambda: 1029.9)
    viewers.end_stalled()
    assert ended == []
    monkeypatch.setattr("services.places.monotonic", lambda: 1030.0)
    viewers.end_stalled()
    assert ended == [viewers.documents]
