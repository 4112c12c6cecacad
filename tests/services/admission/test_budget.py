from datetime import datetime

import pytest

from services.admission.budget import Budget, Limit, Period, limit
from services.errors import BudgetSpent

GB = 1_000_000_000


class Clock:
    def __init__(self, text):
        self.now_s = datetime.fromisoformat(f"{text}+00:00").timestamp()

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock("2026-11-28T22:00:00")


def _budget(clock, period=Period.MONTH):
    return Budget(Limit(100 * GB, period), clock)


def _is_admitted(budget, address="1.2.3.4", film="film.mp4"):
    try:
        budget.admit(address, film)
    except BudgetSpent:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("100GB/month", Limit(100 * GB, Period.MONTH)),
        ("1.5 TB / Month", Limit(1500 * GB, Period.MONTH)),
        ("500000/day", Limit(500_000, Period.DAY)),
        ("none", None),
    ],
)
def test_a_budget_is_so_much_in_a_day_or_a_month(text, meant):
    assert limit(text) == meant


@pytest.mark.parametrize("text", ["100GB", "100GB/week", "/month", "x/day", "100GB/", "-1GB/day"])
def test_what_is_no_budget_is_refused(text):
    with pytest.raises(ValueError, match="say "):
        limit(text)


def test_when_all_is_spent_films_that_run_go_on_and_no_other_begins(clock):
    budget = _budget(clock)
    assert _is_admitted(budget)
    budget.spend(100 * GB)
    assert _is_admitted(budget)
    assert not _is_admitted(budget, film="other.mp4")
    assert not _is_admitted(budget, address="1.2.3.5")


def test_a_film_runs_as_long_as_it_is_asked_for_within_an_hour(clock):
    budget = _budget(clock)
    budget.admit("1.2.3.4", "film.mp4")
    budget.spend(100 * GB)
    clock.now_s += 3600
    assert _is_admitted(budget)
    clock.now_s += 3600
    assert _is_admitted(budget)
    clock.now_s += 3601
    assert not _is_admitted(budget)


@pytest.mark.parametrize(
    ("period", "at", "left_s", "words"),
    [
        (
            Period.MONTH,
            "2026-11-28T22:00:00",
            2 * 86_400 + 2 * 3600,
            "this month. Films begin again on 01 December 2026",
        ),
        (Period.MONTH, "2026-12-31T23:59:59", 1, "this month. Films begin again on 01 January 2027"),
        (Period.MONTH, "2028-02-29T00:00:00", 86_400, "this month. Films begin again on 01 March 2028"),
        (Period.DAY, "2026-11-28T22:00:00", 7200, "this day. Films begin again on 29 November 2026"),
    ],
)
def test_who_is_refused_is_told_when_films_begin_again(period, at, left_s, words):
    budget = _budget(Clock(at), period)
    budget.spend(100 * GB)
    with pytest.raises(BudgetSpent) as refused:
        budget.admit("1.2.3.4", "film.mp4")
    assert refused.value.retry_after_s == left_s
    assert str(refused.value) == f"This server has sent what its owner allows for {words} (UTC)."


def test_another_month_is_counted_anew(clock):
    budget = _budget(clock)
    budget.spend(100 * GB)
    clock.now_s += 3 * 86_400
    assert _is_admitted(budget)
    assert (budget.period, budget.spent_bytes) == ("2026-12", 0)


def test_what_was_sent_before_a_restart_counts_in_its_own_period_alone(clock):
    budget = _budget(clock)
    budget.recall("2026-10", 70 * GB)
    assert budget.spent_bytes == 0
    budget.spend(GB)
    budget.recall("2026-11", 70 * GB)
    assert budget.spent_bytes == 71 * GB


def test_the_log_has_one_line_at_four_fifths_and_one_at_the_end(clock, caplog):
    budget = _budget(clock)
    for _ in range(110):
        budget.spend(GB)
    assert caplog.messages == [
        "80 GB of the 100 GB for this month are sent",
        "100 GB of the 100 GB for this month are sent: no other film begins",
    ]
