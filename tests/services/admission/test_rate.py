import pytest

from services.admission.rate import Bucket, Rates

MB = 1_000_000


def test_at_first_a_burst_may_be_sent_and_then_the_rate():
    bucket = Bucket(MB, now_s=100.0)
    assert bucket.allowed(100.0) == 30 * MB
    bucket.spend(30 * MB)
    assert bucket.allowed(100.0) == 0
    assert bucket.wait_s(100.0) == 0.1
    assert bucket.allowed(100.25) == MB // 4
    bucket.spend(MB // 4)
    assert bucket.wait_s(100.25) == 0.1


@pytest.mark.parametrize(
    ("silent_s", "allowed"), [(0.0, 0), (0.06, 0), (0.25, 250_000), (10.0, 10 * MB), (30.0, 30 * MB), (3600.0, 30 * MB)]
)
def test_what_is_not_used_is_saved_up_as_far_as_a_burst(silent_s, allowed):
    bucket = Bucket(MB, now_s=0.0)
    bucket.spend(30 * MB)
    assert bucket.allowed(silent_s) == allowed


def test_who_was_sent_too_much_waits_for_longer():
    bucket = Bucket(MB, now_s=0.0)
    bucket.spend(33 * MB)
    assert bucket.wait_s(0.0) == 3.1


@pytest.mark.parametrize("rate", [1, 1000, 64 * 1024, 10**9])
def test_a_wait_ends_with_something_to_send(rate):
    bucket = Bucket(rate, now_s=0.0)
    for _ in range(3):
        bucket.spend(bucket.allowed(0.0))
    now_s = bucket.wait_s(0.0)
    assert now_s > 0
    assert bucket.wait_s(now_s + 0.001) == 0.0
    assert bucket.allowed(now_s + 0.001) >= 64 * 1024


def test_a_viewer_has_one_bucket_for_all_requests_for_a_film():
    rates = Rates(MB)
    rates.bucket("1.2.3.4", "film.mp4", 0.0).spend(30 * MB)
    assert rates.bucket("1.2.3.4", "film.mp4", 0.0).allowed(0.0) == 0
    assert rates.bucket("1.2.3.4", "other.mp4", 0.0).allowed(0.0) == 30 * MB
    assert rates.bucket("1.2.3.5", "film.mp4", 0.0).allowed(0.0) == 30 * MB


def test_who_has_not_asked_for_longest_is_forgotten_first():
    rates = Rates(MB)
    for number in range(10_000):
        rates.bucket("1.2.3.4", f"{number}.mp4", 0.0).spend(30 * MB)
    rates.bucket("1.2.3.4", "0.mp4", 0.0)
    rates.bucket("1.2.3.4", "new.mp4", 0.0)
    assert rates.bucket("1.2.3.4", "0.mp4", 0.0).allowed(0.0) == 0
    assert rates.bucket("1.2.3.4", "1.mp4", 0.0).allowed(0.0) == 30 * MB
