"""A film goes on from where it was left on this device."""

from tests.browser.waiting import stop_clock, was_said


def _leaves_at(page, url, time_s):
    page.goto(f"{url}/?film=Alone.mp4&t={time_s}")
    page.wait_for_function("(time) => video.currentTime > time", arg=time_s)
    page.keyboard.press("Escape")
    page.locator("a.card").first.wait_for()


def test_a_film_that_was_left_goes_on_from_there(page, furnished, plays):
    _leaves_at(page, furnished, 20)
    page.goto(f"{furnished}/?film=Alone.mp4")
    was_said(page, "Resumed at 0:2")
    plays(page, past_s=20)


def test_it_can_be_started_over(page, furnished, plays):
    page.clock.install()
    _leaves_at(page, furnished, 20)
    stop_clock(page)  # the note stays
    page.goto(f"{furnished}/?film=Alone.mp4")
    page.get_by_role("button", name="Start over").click()
    plays(page, past_s=0.3, before_s=20)
    assert page.evaluate("() => soughtTo.at(-1)") == 0


def test_a_link_with_a_time_is_obeyed_all_the_same(page, furnished, plays):
    _leaves_at(page, furnished, 20)
    page.goto(f"{furnished}/?film=Alone.mp4&t=7")
    plays(page, past_s=7, before_s=20)
    assert page.evaluate("() => soughtTo[0]") == 7


def test_a_tab_that_is_closed_keeps_the_place(page, furnished, plays):
    page.goto(f"{furnished}/?film=Alone.mp4&t=20")
    plays(page, past_s=21)
    page.goto(f"{furnished}/healthz")
    page.goto(f"{furnished}/?film=Alone.mp4")
    plays(page, past_s=21)


def test_a_film_that_was_seen_to_its_end_begins_anew(page, furnished, plays):
    page.goto(f"{furnished}/?film=Alone.mp4&t=38")
    page.wait_for_function("() => video.ended")
    page.goto(f"{furnished}/?film=Alone.mp4")
    plays(page, before_s=30)
    kept = page.evaluate(
        "() => import('./static/shared/progress.js').then(({ progressOf }) => progressOf('Alone.mp4'))"
    )
    assert kept["watched"] is True
    assert kept["time"] < 30


def test_continue_watching_in_one_tab_follows_another(page, furnished, plays):
    page.goto(furnished)
    page.locator(".card", has_text="Beside").first.wait_for()
    before = page.locator(".card", has_text="Beside").count()
    other = page.context.new_page()
    other.goto(f"{furnished}/?film=Beside.mp4&t=20")
    plays(other, past_s=20)
    other.evaluate("() => video.pause()")
    page.locator(".card", has_text="Beside").nth(before).wait_for()
