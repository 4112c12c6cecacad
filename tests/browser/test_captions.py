"""Captions: which show at first, which are chosen, when and where they show, and those from the viewer's disk."""

import shutil

import pytest

from tests.browser.cues import bottom_of_captions, debugger_of, style_of_captions
from tests.browser.waiting import eventually, has_controls, was_said
from tests.films import put

FILM = "/?film=Foreign.mp4&t=5"
SHOWING = """[...video.textTracks].filter((track) => track.kind === 'subtitles' && track.mode === 'showing')
    .map((track) => [track.label, track.activeCues?.[0]?.text])"""


def _shows(page, *tracks):
    page.wait_for_function(
        f"(expected) => JSON.stringify({SHOWING}) === JSON.stringify(expected)", arg=[list(track) for track in tracks]
    )


def _are_shown_from(page, start_s, *, to):
    """Waits until the first cue of the captions that show has these times. They show before they are moved."""
    page.wait_for_function(
        """(times) => {
            const cue = [...video.textTracks].find((track) => track.mode === 'showing')?.cues?.[0];
            return cue && [cue.startTime, cue.endTime].every((time, index) => Math.abs(time - times[index]) < 0.001);
        }""",
        arg=[start_s, to],
    )


def _choose(page, name, setting="Subtitles"):
    """Leaves the menu open where the choice may be compared with others."""
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name=setting).click()
    page.get_by_role("menuitemradio", name=name, exact=True).click()


def _choose_and_close(page, name, setting):
    _choose(page, name, setting)
    page.get_by_role("menuitemradio", name=name, checked=True).wait_for()
    page.keyboard.press("Escape")
    page.locator("#player-menu").wait_for(state="hidden")


def _is_kept(page, words):
    """Waits until the browser has kept the viewer's choice: a moment after it shows."""
    page.wait_for_function("(words) => localStorage.getItem('player /')?.includes(words)", arg=words)


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en-GB", ["English", "Words in English"]),
        ("de-AT", ["Deutsch", "Worte auf Deutsch"]),
    ],
)
def test_a_film_in_a_foreign_language_shows_captions_in_the_viewers(browser, open_page, furnished, locale, shown):
    page = open_page(browser, locale=locale)
    page.goto(furnished + FILM)
    _shows(page, shown)


def test_a_film_in_the_viewers_own_language_shows_none(browser, open_page, furnished, plays):
    page = open_page(browser, locale="fr-FR")
    page.goto(furnished + FILM)
    plays(page, past_s=5.5)
    assert page.evaluate(SHOWING) == []


def test_the_choice_from_the_menu_holds_for_the_next_time(page, furnished):
    page.goto(furnished + FILM)
    _shows(page, ["English", "Words in English"])
    _choose(page, "German")
    _shows(page, ["German", "Worte auf Deutsch"])
    _is_kept(page, '"de"')
    page.reload()
    _shows(page, ["German", "Worte auf Deutsch"])
    _choose(page, "Off")
    _shows(page)
    _is_kept(page, '"off"')
    page.reload()
    page.wait_for_function("() => video.currentTime > 5.5")
    assert page.evaluate(SHOWING) == []


LOOKS = {
    ("Caption size", "font-size"): {"Normal": "28px", "Very large": "53px"},
    ("Caption colours", "color"): {"White on black": "rgb(255, 255, 255)", "Yellow on black": "rgb(255, 225, 77)"},
}


def test_captions_look_as_chosen_now_and_the_next_time(page, furnished):
    page.goto(furnished + FILM)
    _shows(page, ["English", "Words in English"])
    has_controls(page)
    debugger = debugger_of(page)
    for (setting, property_), values in LOOKS.items():
        usual, other = values
        for name in (other, usual, other):
            _choose_and_close(page, name, setting)
            eventually(lambda property_=property_: style_of_captions(debugger, property_), values[name])
    page.reload()
    _shows(page, ["English", "Words in English"])
    has_controls(page)
    page.get_by_role("button", name="Settings").click()
    for (setting, property_), values in LOOKS.items():
        _, other = values
        eventually(lambda property_=property_: style_of_captions(debugger, property_), values[other])
        eventually(page.get_by_role("menuitem", name=setting).locator(".menu-value").inner_text, other)


def test_captions_that_take_long_to_make_show_when_they_are_there(page, furnished, expected_errors):
    expected_errors.append("status of 503")
    answers = [503, 503, 503]

    def answer(route):
        if answers:
            route.fulfill(status=answers.pop(), headers={"Retry-After": "5"})
        else:
            route.continue_()

    page.route("**/subtitles/**", answer)
    page.goto(furnished + FILM)
    _shows(page, ["English", "Words in English"])
    page.keyboard.press("h")
    was_said(page, "Captions 0.1 s later")
    _are_shown_from(page, 1.1, to=39.1)
    _choose(page, "German")
    _shows(page, ["German", "Worte auf Deutsch"])


def test_captions_that_are_damaged_are_asked_for_no_longer(page, furnished, expected_errors):
    expected_errors.append("status of 422")
    asked = []

    def refuse(route):
        asked.append(route.request.method)
        route.fulfill(status=422)

    page.route("**/subtitles/**", refuse)
    with page.expect_request(lambda request: request.method == "HEAD"):
        page.goto(furnished + FILM)
    page.wait_for_function("() => video.currentTime > 6")
    assert asked == ["GET", "HEAD"]


def test_the_key_c_hides_the_captions_and_shows_the_same_again(page, furnished):
    page.goto(furnished + FILM)
    _choose(page, "German")
    _shows(page, ["German", "Worte auf Deutsch"])
    page.keyboard.press("c")
    _shows(page)
    page.keyboard.press("c")
    _shows(page, ["German", "Worte auf Deutsch"])


def test_the_keys_g_and_h_move_the_captions_in_time(page, furnished):
    page.goto(furnished + FILM)
    _shows(page, ["English", "Words in English"])
    for _ in range(3):
        page.keyboard.press("h")
    was_said(page, "Captions 0.3 s later")
    _are_shown_from(page, 1.3, to=39.3)
    for _ in range(3):
        page.keyboard.press("g")
    was_said(page, "Captions on time")


def test_captions_that_are_switched_on_later_are_moved_as_far(page, furnished):
    page.goto(furnished + FILM)
    _shows(page, ["English", "Words in English"])
    _choose(page, "German")
    _shows(page, ["German", "Worte auf Deutsch"])
    for _ in range(3):
        page.keyboard.press("h")
    was_said(page, "Captions 0.3 s later")
    for name, words in (("English", "Words in English"), ("French", "Mots en français")):  # loaded before, and not yet
        _choose(page, name)
        _shows(page, [name, words])
        _are_shown_from(page, 1.3, to=39.3)


def test_captions_stand_above_the_controls_while_those_show(page, furnished, plays):
    page.goto(furnished + FILM)
    plays(page, past_s=5)  # captions show before: the key would begin it
    _shows(page, ["English", "Words in English"])
    page.keyboard.press("k")
    has_controls(page)
    debugger, bar = debugger_of(page), page.locator("media-time-range")
    eventually(lambda: bottom_of_captions(debugger) <= bar.bounding_box()["y"], True)


FILES = {
    "Mine.srt": (b"1\r\n00:00:01,000 --> 00:00:39,000\r\nOf <i>mine</i>\r\n", "Of <i>mine</i>"),
    "Mine.vtt": (b"WEBVTT\n\n00:01.000 --> 00:39.000\nOf mine", "Of mine"),
    "Old code page.srt": ("1\n00:00:01,000 --> 00:00:39,000\nCafé\n".encode("cp1252"), "Café"),
    "Wide.srt": ("1\n00:00:01,000 --> 00:00:39,000\nCafé\n".encode("utf-16"), "Café"),
    "Styled.ass": (
        b"[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
        b"Dialogue: 0,0:00:01.00,0:00:39.50,Default,{\\an8}Salt, pepper\\N& <more>\n",
        "Salt, pepper\n&amp; &lt;more>",
    ),
    "Wide without a mark.srt": ("1\n00:00:01,000 --> 00:00:39,000\nCafé\n".encode("utf-16-be"), "Café"),
    "A wrong byte.srt": ("1\n00:00:01,000 --> 00:00:39,000\nCafé déjà ".encode() + b"vu\xe9\n", "Café déjà vu\ufffd"),
    "Converted twice.srt": (b"1\r\r\n00: 00: 01, 000 -- > 00: 00: 39, 000\r\r\nOf mine\r\r\n\r\r\n", "Of mine"),
    "Short times.srt": (b"1\n00:01 --> 00:39,5\nOf mine\n", "Of mine"),
    "Careless.vtt": (b"WEBVTT\n\n0:00:01,5-->0:00:39 line:0\nOf mine", "Of mine"),
    "Other columns.ass": (
        b"[events]\nformat: Style, Start, End, Text\nDialogue: Default, 0:00:01, 0:00:39.5, Salt, pepper\n",
        "Salt, pepper",
    ),
    "No columns.ssa": (b"[Events]\nDialogue: 0,0:00:01.00,0:00:39.50,Default,,0,0,0,,Salt, pepper\n", "Salt, pepper"),
}


LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "ko", "pl", "pt-BR", "zh-Hans")
KINDS = ("", ".forced", ".sdh", ".Commentary")


@pytest.fixture(scope="module")
def polyglot(serve, sample, tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("polyglot")
    shutil.copy(sample, folder / "Polyglot.mp4")
    for language in LANGUAGES:
        for kind in KINDS:
            put(folder, f"Polyglot.{language}{kind}.srt", b"1\n00:00:01,000 --> 00:00:39,000\nWords\n")
    return f"{serve(folder)}/?film=Polyglot.mp4"


def _menu(page, url):
    page.goto(url)
    page.locator("#captions-button[mediasubtitleslist]").wait_for(state="attached")
    page.wait_for_function("() => video.readyState > 2")
    page.evaluate("() => video.pause()")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="Subtitles").click()
    page.get_by_role("menuitemradio").nth(40).wait_for()
    return page.get_by_role("menuitemradio")


def test_forty_tracks_stand_by_language_the_viewers_first_and_each_in_words(browser, open_page, polyglot):
    page = open_page(browser, viewport={"width": 1280, "height": 800}, locale="fr-FR")
    names = [name.strip() for name in _menu(page, polyglot).all_text_contents()]
    assert names[:9] == [
        "Off",
        "français",
        "français – Commentary",
        "français (for the hard of hearing)",
        "français (forced)",
        "allemand",
        "allemand – Commentary",
        "allemand (for the hard of hearing)",
        "allemand (forced)",
    ]
    assert len(names) == len(set(names)) == 41


def test_on_a_phone_forty_tracks_have_half_the_screen_and_each_can_be_reached(browser, open_page, polyglot):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-GB"}
    page = open_page(browser, **phone)
    items = _menu(page, polyglot)
    last = items.filter(has_text="Spanish (forced)")
    page.wait_for_function("() => document.querySelector('#player-menu').getBoundingClientRect().height > 422")
    last.click()
    page.wait_for_function("() => [...video.textTracks].some((t) => t.mode === 'showing' && t.language === 'es')")


def test_a_file_of_subtitles_from_the_viewers_own_disk_is_shown(page, furnished):
    page.goto(f"{furnished}/?film=Alone.mp4&t=5")
    add = page.get_by_role("button", name="Add subtitles")
    for name, (content, words) in FILES.items():
        if not add.is_visible():
            page.get_by_role("button", name="More").click()
        with page.expect_file_chooser() as chooser:
            add.click()
        chooser.value.set_files({"name": name, "mimeType": "", "buffer": content})
        _shows(page, [name, words])


def test_a_file_of_subtitles_can_be_dropped_onto_the_film(page, furnished):
    page.goto(f"{furnished}/?film=Alone.mp4&t=5")
    page.wait_for_function("() => video.readyState > 0")
    page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["1\\n00:00:01,000 --> 00:00:39,000\\nDropped\\n"], "Dropped.srt"));
            video.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
        }"""
    )
    _shows(page, ["Dropped.srt", "Dropped"])


def test_a_file_that_has_no_subtitles_is_said_to_have_none(page, furnished):
    page.goto(f"{furnished}/?film=Alone.mp4")
    page.wait_for_function("() => video.readyState > 0")
    page.locator("#subtitle-file").set_input_files({"name": "letter.txt", "mimeType": "", "buffer": b"Dear all"})
    was_said(page, "letter.txt has no subtitles that can be read here.")
