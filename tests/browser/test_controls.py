"""The player's controls: keys, fingers, menus, chapters, pictures on the seek bar, what is remembered."""

import time

import pytest

from tests.browser.waiting import eventually, has_controls, was_said
from tests.films import put
from tests.server_process import ROOT

VENDOR = "**/static/vendor/**"
SAMPLE = "/?film=Alone.mp4"


@pytest.fixture
def paused(page, furnished, plays):
    """The page with a film that stands at 15 s."""
    page.goto(f"{furnished}{SAMPLE}&t=15")
    plays(page, past_s=15)
    page.keyboard.press("k")
    page.evaluate("() => (video.currentTime = 15)")
    page.wait_for_function("() => video.paused && !video.seeking")
    has_controls(page)
    return page


def test_keys_that_seek(paused):
    times = {"ArrowLeft": 10, "ArrowRight": 20, "j": 5, "l": 25, "Home": 0, "End": 40, "0": 0, "7": 28}
    for key, time_s in times.items():
        paused.evaluate("() => (video.currentTime = 15)")
        paused.keyboard.press(key)
        eventually(lambda: paused.evaluate("() => video.currentTime"), pytest.approx(time_s, abs=0.1))


def test_keys_of_volume_and_speed_say_what_they_did_which_is_remembered(paused):
    paused.keyboard.press("ArrowDown")
    was_said(paused, "Volume 90 %")
    paused.keyboard.press("ArrowUp")
    was_said(paused, "Volume 100 %")
    paused.keyboard.press(">")
    was_said(paused, "Speed 1.25×")
    paused.keyboard.press("<")
    was_said(paused, "Speed 1×")
    assert paused.evaluate("() => [video.volume, video.playbackRate]") == [1, 1]
    paused.keyboard.press("ArrowDown")
    paused.keyboard.press(">")
    paused.wait_for_function("() => localStorage.getItem('player /')?.includes('rate')")
    paused.reload()
    paused.wait_for_function("() => video.readyState > 0")
    eventually(lambda: paused.evaluate("() => [video.volume, video.playbackRate]"), [0.9, 1.25])


def test_a_question_mark_lists_the_keys_and_escape_leads_back_to_the_film(paused):
    paused.keyboard.press("?")
    dialog = paused.get_by_role("dialog", name="Keys")
    dialog.wait_for()
    assert dialog.locator("dd").count() == 19
    paused.keyboard.press("k")
    assert paused.evaluate("() => video.paused"), "keys are for the dialog while it is open"
    paused.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert paused.locator("#player").is_visible()


def test_tab_reaches_every_control_each_has_a_name_and_space_presses_it(paused):
    """This film has neither captions nor chapters, and so no buttons for them."""
    paused.locator("#back").focus()
    names = []
    for _ in range(20):
        paused.keyboard.press("Tab")
        names.append(
            paused.evaluate(
                """() => {
                    const inner = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;
                    return inner.ariaLabel || inner.innerText;
                }"""
            )
        )
        if names[-1] == "More":
            break
    assert names == [
        "seek", "play", "Next", "seek back 10 seconds", "seek forward 10 seconds", "mute", "volume", "Settings",
        "enter picture in picture mode", "enter fullscreen mode", "Next: Beside", "Copy link at this time",
        "Open in VLC", "More",
    ]  # fmt: skip
    paused.locator("media-mute-button").focus()
    paused.keyboard.press("Space")
    paused.wait_for_function("() => video.muted && video.paused")


def test_the_menu_of_settings_goes_by_arrows_gives_the_focus_back_and_is_closed_by_escape_and_clicks(paused):
    paused.locator("#settings-button").focus()
    paused.keyboard.press("Enter")
    menu = paused.get_by_role("menu", name="Settings")
    menu.wait_for()
    for key in ("End", "ArrowDown", "ArrowRight"):  # from the last item on to the first, and into its page
        paused.keyboard.press(key)
    speeds = paused.get_by_role("menu", name="Speed")
    eventually(speeds.get_by_role("menuitemradio", checked=True).all_inner_texts, ["1×"])
    paused.keyboard.press("ArrowDown")
    paused.keyboard.press("ArrowLeft")
    menu.get_by_role("menuitem", name="Speed").wait_for()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        paused.keyboard.press(key)
    paused.wait_for_function("() => video.playbackRate === 1.25 && document.activeElement.id === 'settings-button'")
    paused.locator("#player-menu").wait_for(state="hidden")
    button = paused.get_by_role("button", name="Settings")
    for close in (lambda: paused.keyboard.press("Escape"), lambda: paused.locator("#title").click(), button.click):
        button.click()
        paused.get_by_role("menu", name="Settings").wait_for()
        close()
        paused.locator("#player-menu").wait_for(state="hidden")
    assert paused.locator("#player").is_visible()


def test_keys_step_from_frame_to_frame_and_loop_until_that_is_ended(paused):
    for key, frame in ((".", 361), (".", 362), (",", 361)):
        paused.keyboard.press(key)
        paused.wait_for_function("(frame) => Math.floor(video.currentTime * 24) === frame && !video.seeking", arg=frame)
    paused.keyboard.press("b")
    was_said(paused, "Loop from 0:15: press again at its end")
    paused.evaluate("() => (video.currentTime = 16)")
    paused.keyboard.press("b")
    was_said(paused, "Loop 0:15 – 0:16")
    paused.evaluate("() => { video.addEventListener('seeked', () => (window.cameFrom = 'B')); video.play(); }")
    paused.wait_for_function("() => window.cameFrom === 'B' && video.currentTime < 16")
    paused.keyboard.press("b")
    was_said(paused, "Loop off")
    paused.wait_for_function("() => video.currentTime > 16.5")


def test_the_sleep_timer_pauses_the_film(page, furnished, plays):
    page.clock.install()
    page.goto(furnished + SAMPLE)
    page.clock.run_for(4_000)
    plays(page)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="Sleep timer").click()
    page.get_by_role("menuitemradio", name="In 15 minutes").click()
    page.clock.fast_forward(15 * 60_000)
    page.wait_for_function("() => video.paused")
    page.get_by_text("Paused by the sleep timer").wait_for()


def test_chapters_are_marked_on_the_bar_and_chosen_from_a_menu(page, furnished, plays):
    page.goto(f"{furnished}/?film=Foreign.mp4&t=12")
    plays(page, past_s=12)
    chapters = "() => document.querySelector('media-time-range').mediaChaptersCues?.map((cue) => cue.text)"
    eventually(lambda: page.evaluate(chapters), ["Opening", "Dawn", "Night"])
    page.locator("#chapters-button").click()
    menu = page.get_by_role("menu", name="Chapters")
    checked = menu.get_by_role("menuitemradio", checked=True)
    eventually(lambda: [text.split() for text in checked.all_inner_texts()], [["0:10", "Dawn"]])
    menu.get_by_role("menuitemradio", name="Night").click()
    eventually(lambda: page.evaluate("() => soughtTo.at(-1)"), 25)


def test_a_chapter_without_a_title_shows_its_number(page, serve, sample, tmp_path, ffmpeg):
    chapters = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1\nSTART={start}\nEND={start + 10}\n{title}"
        for start, title in ((0, "title=Opening\n"), (10, ""))
    )
    metadata = put(tmp_path, "chapters.txt", f";FFMETADATA1\n{chapters}".encode())
    (tmp_path / "films").mkdir()
    film = tmp_path / "films" / "Film.mkv"
    ffmpeg("-i", sample, "-i", metadata, "-map_metadata", 1, "-map_chapters", 1, "-c", "copy", film)
    page.goto(f"{serve(film.parent)}/?film=Film.mkv")
    page.locator("#chapters-button").click()
    items = page.get_by_role("menu", name="Chapters").get_by_role("menuitemradio")
    expected = [["0:00", "Opening"], ["0:10", "Chapter 2"]]
    eventually(lambda: [text.split(maxsplit=1) for text in items.all_inner_texts()], expected)


def test_two_clicks_on_the_picture_fill_the_screen_and_two_more_leave_it(paused):
    paused.locator("#video").dblclick()
    paused.wait_for_function("() => document.fullscreenElement?.id === 'stage'")
    paused.locator("#video").dblclick()
    paused.wait_for_function("() => document.fullscreenElement === null")


def test_the_seek_bar_shows_a_picture_of_the_place(paused):
    bar = paused.locator("media-time-range").bounding_box()
    paused.mouse.move(bar["x"] + bar["width"] * 0.55, bar["y"] + bar["height"] / 2)
    paused.wait_for_function(
        "() => document.querySelector('media-preview-thumbnail').shadowRoot.querySelector('img').naturalWidth > 0"
    )
    paused.wait_for_function("() => document.querySelector('media-preview-thumbnail').clientWidth >= 240")
    paused.locator("#picture-time", has_text="0:22").wait_for()  # the middle of the seconds that it stands for


def _tap_twice(phone, x, y):
    """Two taps 0.1 s apart, by the times that the events have, however slow the machine is."""
    debugger, now_s = phone.context.new_cdp_session(phone), time.time()
    for ago_s in (0.2, 0.1):
        for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
            event = {"type": kind, "touchPoints": points, "timestamp": now_s - ago_s}
            debugger.send("Input.dispatchTouchEvent", event)


def test_two_taps_on_a_side_skip_ten_seconds(browser, open_page, furnished, plays):
    phone = open_page(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.goto(f"{furnished}{SAMPLE}&t=15")
    plays(phone, past_s=15)
    phone.evaluate("() => { video.pause(); video.currentTime = 15; }")
    has_controls(phone)
    box = phone.locator("video").bounding_box()
    for place, words, time_s in ((0.9, "+10 s", 25), (0.1, "-10 s", 15)):
        _tap_twice(phone, box["x"] + place * box["width"], box["y"] + box["height"] / 3)
        was_said(phone, words)
        eventually(lambda: phone.evaluate("() => video.currentTime"), pytest.approx(time_s, abs=0.01))


def _drag(phone, x, y, right, shows):
    """A finger goes down, to the right, and up once the page shows the time and the difference."""
    debugger = phone.context.new_cdp_session(phone)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x + right / 2, "y": y}]),
        ("touchMove", [{"x": x + right, "y": y}]),
    ):
        debugger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    shown = phone.locator("#scrub-time"), phone.locator("#scrub-difference")
    eventually(lambda: tuple(each.inner_text() for each in shown), shows)
    debugger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_that_moves_sideways_seeks_and_shows_where_to(browser, open_page, furnished, plays):
    phone = open_page(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.goto(f"{furnished}{SAMPLE}&t=15")
    plays(phone, past_s=15)
    phone.get_by_role("button", name="Settings").wait_for()
    phone.evaluate("() => { video.pause(); video.currentTime = 15; }")
    phone.wait_for_function("() => video.paused && !video.seeking")
    box = phone.locator("video").bounding_box()
    _drag(phone, box["x"] + 100, box["y"] + 60, right=39, shows=("0:19", "+0:04"))  # a tenth of the picture
    phone.locator("#scrub-preview").wait_for(state="hidden")
    eventually(lambda: phone.evaluate("() => video.currentTime"), pytest.approx(19))
    assert phone.evaluate("() => video.paused")


def test_the_controls_come_after_the_first_picture_or_three_seconds(page, furnished, plays):
    page.add_init_script(
        "addEventListener('loadeddata', () => { window.picture ??= performance.now(); }, { capture: true })"
    )
    page.goto(f"{furnished}{SAMPLE}")
    has_controls(page)
    plays(page)
    script = "performance.getEntriesByType('resource').find(({ name }) => name.includes('/vendor/')).startTime"
    assert page.evaluate(f"() => {script} >= Math.min(picture, 3000)")


def test_the_controls_are_there_although_the_film_does_not_play(page, furnished):
    page.route("**/videos/**", lambda route: None)  # is not answered
    page.goto(f"{furnished}{SAMPLE}")
    page.wait_for_function("() => customElements.get('media-play-button') && !video.controls")


def test_without_media_chrome_the_browsers_own_controls_play_the_film(page, furnished, plays, expected_errors):
    expected_errors.append("404")
    page.route(VENDOR, lambda route: route.fulfill(status=404))
    with page.expect_response(VENDOR):
        page.goto(furnished + SAMPLE)
    plays(page)
    assert page.evaluate("() => video.controls")
    page.keyboard.press("k")
    page.wait_for_function("() => video.paused")


def test_controls_that_did_not_come_are_loaded_again(page, furnished, plays, expected_errors):
    expected_errors.append("net::ERR_FAILED")
    page.clock.install()
    for part in ("**/player/cinema.css", VENDOR):
        page.route(part, lambda route: route.abort(), times=1)
    page.goto(furnished + SAMPLE)
    plays(page)
    for _ in range(2):
        with page.expect_event("requestfinished", lambda request: "cinema.css" in request.url):
            page.clock.run_for(15_000)
    has_controls(page)
    page.keyboard.press("k")
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("() => !video.paused")
    assert page.locator("#captions-button").get_attribute("role") == "switch"


def test_media_chrome_is_loaded_only_when_a_film_opens(page, furnished):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(furnished)
    page.locator("a.card").first.wait_for()
    assert not any("/vendor/" in url for url in asked)


def test_what_comes_from_npm_is_pinned_without_an_address():
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    for package in ('"esbuild": "0.28.2"', '"jassub": "2.5.16"', '"media-chrome": "4.19.4"'):
        assert package in lock
    assert '"resolved"' not in lock
    assert ".tgz" not in lock
