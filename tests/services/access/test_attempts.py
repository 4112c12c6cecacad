import pytest

from services.access.attempts import Attempts
from services.errors import TooManyAttempts


def _fail(attempts: Attempts, who: str, times: int, now_s: float) -> None:
    for _ in range(times):
        attempts.begin(who, now_s)


def test_an_address_may_fail_five_times_and_then_once_in_half_a_minute():
    attempts = Attempts()
    _fail(attempts, "192.0.2.1", 5, now_s=1000)
    for _ in range(3):  # trying does not make the wait longer
        with pytest.raises(TooManyAttempts) as raised:
            attempts.begin("192.0.2.1", 1010)
        assert raised.value.retry_after_s == 21
    attempts.begin("192.0.2.1", 1030)
    with pytest.raises(TooManyAttempts):
        attempts.begin("192.0.2.1", 1030)


def test_an_address_does_not_wait_for_another():
    attempts = Attempts()
    _fail(attempts, "192.0.2.1", 5, now_s=1000)
    _fail(attempts, "192.0.2.2", 5, now_s=1000)


def test_a_right_password_does_not_count_and_the_wrong_ones_still_do():
    attempts = Attempts()
    _fail(attempts, "192.0.2.1", 4, now_s=1000)
    for _ in range(200):
        attempts.begin("192.0.2.1", 1000)
        attempts.succeed("192.0.2.1")
    attempts.begin("192.0.2.1", 1000)
    with pytest.raises(TooManyAttempts):
        attempts.begin("192.0.2.1", 1000)


def test_while_many_addresses_fail_each_may_fail_once():
    attempts = Attempts()
    for number in range(101):
        attempts.begin(f"192.0.2.{number}", 1000)
    attempts.begin("198.51.100.1", 1000)  # whoever knows the password is in
    with pytest.raises(TooManyAttempts):
        attempts.begin("198.51.100.1", 1000)
    _fail(attempts, "198.51.100.2", 5, now_s=1200)


def test_only_so_many_addresses_are_remembered():
    attempts = Attempts()
    for number in range(10_000):
        attempts.begin(str(number), 1000)
    with pytest.raises(TooManyAttempts):
        attempts.begin("0", 1000)
    attempts.begin("one more", 1000)
    attempts.begin("0", 1000)
