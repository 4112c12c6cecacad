"""Films that come by segments, in a real Chromium: those with a large index, and those with several sounds."""

import re
import shutil
from functools import partial

import pytest

from tests.browser.conftest import SEGMENT_S, WATCH_LEAST_AHEAD, await_details, make_two_sounds
from tests.browser.waiting import eventually, has_controls, playing, shows_picture_of, was_said
from tests.films import put
from tests.matroska import compressed
from tests.real_films import make_film
from tests.ways import listed, ways_in

RANGES = """() => [...Array(video.buffered.length).keys()]
    .map((number) => [video.buffered.start(number), video.buffered.end(number)])"""
BY_SEGMENTS = "() => video.src.startsWith('blob:')"
BY_FILE = "() => video.src.includes('/videos/')"
FRAME_S = 1 / 24


@pytest.fixture(scope="module")
def cinema(serve, two_sounds, tmp_path_factory, ffmpeg):
    """The URL of a library that no test changes."""
    folder = tmp_path_factory.mktemp("segments")
    shutil.copy(two_sounds, folder)
    ffmpeg("-t", 7, "-i", two_sounds, "-map", 0, "-c", "copy", folder / "Short.mp4")
    coded = (
        ("Dolby.mkv", "ac3"),
        ("Dolby.mp4", "eac3"),
        ("DTS.mkv", "dca"),
        ("Recording.ts", "ac3"),
        ("Old.flv", "aac"),
        ("Collection.avi", "libmp3lame"),
        ("Windows.wmv", "wmav2"),
        ("Disc.vob", "mp2"),
    )
    for name, codec in coded:
        options = ("-map", "0:v", "-map", "0:a:0", "-c:v", "copy", "-c:a", codec, "-ar", 48_000, "-strict", -2)
        options += ("-bsf:v", "h264_mp4toannexb") if name.endswith(".vob") else ()
        ffmpeg("-t", 20, "-i", two_sounds, *options, folder / name)
    ffmpeg("-t", 20, "-i", two_sounds, "-c", "copy", clip := tmp_path_factory.mktemp("clip") / "clip.mp4")
    put(folder, "Compressed.mkv", compressed(clip, None))
    kinds = ("-disposition:a:0", "comment", "-disposition:a:1", 0)
    ffmpeg("-t", 20, "-i", two_sounds, "-map", 0, "-c", "copy", *kinds, folder / "Talk.mp4")
    clip = make_film(tmp_path_factory.mktemp("clip") / "clip.mp4", "-pix_fmt", "yuv420p", size="64x36", duration_s=60)
    ffmpeg("-stream_loop", 59, "-i", clip, "-c", "copy", folder / "An hour.mp4")
    return serve(folder)


@pytest.fixture
def opens(page, plays):
    """Opens a film once the server has looked into it."""

    def open_(url, film, time=0):
        await_details(url)
        page.goto(f"{url}/healthz")  # away from the film before
        page.goto(f"{url}/?film={film}&t={time}")
        plays(page, past_s=time)

    return open_


@pytest.fixture
def asked(page):
    """The names of the segments that the page has asked for."""
    names = []
    page.on("request", lambda request: ".m4s?" in request.url and names.append(request.url.split("/")[-1]))
    return names


def _count(page, *events):
    page.evaluate(
        """(events) => {
            window.counted = [];
            for (const event of events) video.addEventListener(event, () => counted.push(event));
        }""",
        events,
    )


@pytest.mark.parametrize("film", ["Dolby.mkv", "Dolby.mp4", "DTS.mkv"])
def test_sound_that_no_browser_plays_is_heard(cinema, opens, page, film):
    opens(cinema, film, time=5)
    page.wait_for_function("() => video.webkitAudioDecodedByteCount > 0 && video.src.startsWith('blob:')")
    page.wait_for_function("() => video.currentTime > 7.5")  # by then the page would say that it hears nothing
    assert not page.locator("#warnings").is_visible()


@pytest.mark.parametrize(
    "film", ["Recording.ts", "Old.flv", "Collection.avi", "Windows.wmv", "Disc.vob", "Compressed.mkv"]
)
def test_a_film_that_no_browser_plays_as_a_file_plays_seeks_and_ends(cinema, opens, page, film):
    opens(cinema, film)
    page.evaluate("() => { video.currentTime = 13; }")
    page.wait_for_function("() => video.currentTime > 13.5 && video.src.startsWith('blob:')")
    page.wait_for_function("() => video.webkitAudioDecodedByteCount > 0")
    page.evaluate("() => { video.currentTime = 19; }")
    page.wait_for_function("() => video.ended")


def test_the_ways_of_films_are_those_of_the_table(page, cinema):
    page.goto(cinema)
    ways = ways_in("Chromium")
    found = page.evaluate(
        """async (films) => {
            const { waysOf } = await import('./static/shared/ways.js');
            return films.map((film) => waysOf(film));
        }""",
        [listed(film) for film in ways],
    )
    assert dict(zip(ways, found, strict=True)) == ways


def test_a_film_with_a_large_index_starts_and_is_sought_in_without_it(page, cinema, opens, plays, asked):
    opens(cinema, "An hour.mp4")
    assert page.evaluate(BY_SEGMENTS)
    assert page.evaluate("() => video.duration") == pytest.approx(3600, abs=2)
    page.evaluate("() => (video.currentTime = 3000)")
    plays(page, past_s=3000)
    assert len(asked) < 100


def test_the_index_is_asked_for_once_while_the_mouse_button_goes_down(page, cinema, plays):
    await_details(cinema)
    page.goto(cinema)
    page.locator("a.card", has_text="An hour").hover()
    with page.expect_response("**/index.json?*") as answer:
        page.mouse.down()
    answer.value.finished()
    assert page.locator("#library").is_visible()
    page.mouse.up()
    plays(page)
    entries = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/index.json'))"
    assert page.evaluate(f"() => {entries}.map(({{ transferSize }}) => transferSize > 0)") == [True, False]


def test_pictures_of_seeks_on_both_sides_of_a_border_are_right(page, cinema, opens):
    opens(cinema, "Two sounds.mp4")
    page.evaluate("() => video.pause()")
    for time in (30.0, 29.99, 30.02, 8.0, 7.98, 58.0, 0.0, 59.5):
        shows_picture_of(page, time, FRAME_S)


def test_a_seek_within_the_buffer_asks_for_nothing_again(page, cinema, opens, asked):
    opens(cinema, "Two sounds.mp4")
    page.evaluate("() => video.pause()")
    page.wait_for_function("() => video.buffered.end(0) > 29")
    shows_picture_of(page, 12, FRAME_S)
    shows_picture_of(page, 3, FRAME_S)
    assert len(asked) == len(set(asked))


def test_the_storyboard_shows_the_place_that_is_sought_until_the_picture_is_there(page, cinema, opens):
    opens(cinema, "An hour.mp4")
    page.wait_for_function("() => video.querySelector('track.thumbnails')?.track.cues?.length > 0")
    has_controls(page)
    page.locator("media-time-range").hover()
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(({ name }) => /storyboards.*jpg/.test(name))"
    )
    held = []
    holds = True
    page.route("**/*.m4s?*", lambda route: held.append(route) if holds else route.continue_())
    page.evaluate("() => (video.currentTime = 3000)")
    page.locator("#last-picture").wait_for()
    holds = False
    for route in held:
        route.continue_()
    page.locator("#last-picture").wait_for(state="hidden")


def test_a_closer_picture_shows_where_the_pointer_rests_on_the_bar_of_a_long_film(page, cinema, opens):
    opens(cinema, "An hour.mp4", 3000)
    has_controls(page)
    bar = page.locator("media-time-range").bounding_box()
    page.mouse.move(bar["x"] + bar["width"] * 0.3, bar["y"] + bar["height"] / 2)
    page.locator("#closer-picture").wait_for()
    page.wait_for_function(
        """() => {
            const [minutes, seconds] = document.getElementById("picture-time").textContent.split(":").map(Number);
            const pointed = Number(document.querySelector("media-time-range").getAttribute("mediapreviewtime"));
            return Math.abs(60 * minutes + seconds - pointed) <= 3.5;
        }"""
    )


def test_the_buffer_has_some_seconds_behind_and_half_a_minute_ahead(page, cinema, opens):
    opens(cinema, "Two sounds.mp4")
    page.evaluate("() => { video.muted = true; video.playbackRate = 4; }")
    page.wait_for_function("() => video.currentTime > 24")
    page.evaluate("() => video.pause()")
    time = page.evaluate("() => video.currentTime")
    page.wait_for_function("(time) => video.buffered.end(0) > time + 28", arg=time)
    page.wait_for_function("(least) => video.buffered.start(0) > least", arg=time - 15 - 2 * SEGMENT_S)
    [[start, end]] = page.evaluate(RANGES)
    assert start < time - 10
    assert end < time + 30 + 2 * SEGMENT_S


def test_four_times_the_speed_does_not_come_to_the_end_of_what_is_there(page, cinema, opens):
    opens(cinema, "Two sounds.mp4", 2)
    page.wait_for_function("() => video.buffered.end(0) > 20")
    page.evaluate(WATCH_LEAST_AHEAD)
    page.evaluate("() => (video.playbackRate = 4)")
    page.wait_for_function("() => video.currentTime > 40")
    assert page.evaluate("() => leastAhead") > 10


def test_a_browser_with_little_room_is_filled_as_it_is_emptied(launch, open_page, cinema, plays):
    """One megabyte, less than what would be fetched ahead."""
    browser = launch("--autoplay-policy=no-user-gesture-required", "--mse-video-buffer-size-limit-mb=1")
    page = open_page(browser)
    await_details(cinema)
    page.goto(f"{cinema}/?film=Two%20sounds.mp4")
    plays(page)
    page.evaluate(WATCH_LEAST_AHEAD)
    page.evaluate("() => (video.playbackRate = 4)")
    plays(page, past_s=30)
    assert page.evaluate(BY_SEGMENTS)
    assert page.evaluate("() => leastAhead") > 1
    assert page.evaluate("() => video.buffered.end(0) - video.buffered.start(0)") < 30
    browser.close()


def test_the_film_ends_where_the_file_does(page, cinema, opens):
    opens(cinema, "Short.mp4", 5)
    assert page.evaluate(BY_SEGMENTS)
    page.wait_for_function("() => video.ended")
    eventually(lambda: page.evaluate("() => [video.currentTime, video.duration]"), [pytest.approx(7, abs=0.1)] * 2)
    page.evaluate("() => (video.currentTime = 1, video.play())")
    page.wait_for_function("() => video.currentTime > 1.5 && !video.ended")


LISTEN = """() => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaElementSource(video).connect(analyser);
    const levels = new Uint8Array(analyser.frequencyBinCount);
    window.pitch = () => {
        analyser.getByteFrequencyData(levels);
        return levels.indexOf(Math.max(...levels)) * context.sampleRate / analyser.fftSize;
    };
}"""


def _hears(page, hertz):
    page.wait_for_function("(hertz) => Math.abs(pitch() - hertz) < 60", arg=hertz)


def test_another_sound_is_chosen_while_the_picture_goes_on_and_the_next_time(page, cinema, opens, asked):
    opens(cinema, "Two sounds.mp4")
    page.evaluate(LISTEN)
    _hears(page, 440)
    _count(page, "seeking", "emptied", "pause")
    page.evaluate(WATCH_LEAST_AHEAD)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="Sound").click()
    eventually(page.get_by_role("menuitemradio").all_inner_texts, ["English", "German"])
    assert not any(name.startswith("a2-") for name in asked)
    page.get_by_role("menuitemradio", name="German").click()
    _hears(page, 880)
    page.wait_for_function("() => video.currentTime > 4")
    assert page.evaluate("() => [counted, leastAhead > 1]") == [[], True]
    sounds = [name[:3] for name in asked if name.startswith("a")]
    assert sounds == sorted(sounds)  # none of the first is asked for after one of the second
    opens(cinema, "Two sounds.mp4", 30)
    page.evaluate(LISTEN)
    _hears(page, 880)


def test_a_commentary_is_heard_by_those_alone_who_choose_it(page, cinema, opens, asked):
    opens(cinema, "Talk.mp4")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="Sound").click()
    eventually(page.get_by_role("menuitemradio").all_inner_texts, ["English (commentary)", "German"])
    assert {name[:3] for name in asked if name.startswith("a")} == {"a2-"}


def test_a_film_with_one_sound_has_no_menu_of_sounds(page, cinema, opens):
    opens(cinema, "An hour.mp4")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="Speed").wait_for()
    assert not page.get_by_role("menuitem", name="Sound").is_visible()


@pytest.fixture
def start(restartable, two_sounds, tmp_path, expected_errors):
    """Starts the server of a film that the test may change, or starts it again."""
    expected_errors.append("ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|CONTENT_LENGTH_MISMATCH)")
    shutil.copy(two_sounds, tmp_path / "Film.mp4")
    start = partial(restartable, tmp_path)
    start.kill = restartable.kill
    return start


def test_a_server_that_was_killed_is_waited_for_and_the_film_goes_on(page, start, opens, plays):
    opens(start().url, "Film.mp4")
    start.kill()
    page.evaluate("() => (video.currentTime = 55)")  # beyond what the browser holds
    was_said(page, "Connection lost. Trying again…")
    start()
    plays(page, past_s=55.5)
    page.locator("#stage-note").wait_for(state="hidden")


def test_a_server_that_is_away_for_a_moment_is_not_noticed(page, start, opens):
    opens(start().url, "Film.mp4")
    page.wait_for_function("() => video.buffered.end(0) > 29")
    start.kill()
    _count(page, "emptied")
    page.evaluate("() => (video.currentTime = 10)")  # and makes room
    start()
    page.wait_for_function("() => video.buffered.end(0) > 39")
    assert page.evaluate("() => counted") == []
    assert not page.locator("#stage-note").is_visible()


def test_a_film_that_was_replaced_goes_on_at_the_same_second(
    page, start, opens, tmp_path, tmp_path_factory, ffmpeg, expected_errors
):
    expected_errors.append("404")  # of the version that is no more
    other = make_two_sounds(tmp_path_factory.mktemp("other") / "Film.mp4", ffmpeg, "testsrc=size=160x120:rate=24")
    opens(start().url, "Film.mp4")
    other.replace(tmp_path / "Film.mp4")
    page.evaluate("() => (video.currentTime = 55)")  # beyond what the browser holds
    page.wait_for_function(f"() => video.videoWidth === 160 && {playing(55.5)}")
    assert page.evaluate("() => soughtTo.at(-1)") == pytest.approx(55, abs=1)
    assert page.evaluate(BY_SEGMENTS)


@pytest.mark.parametrize(
    "answer",
    [{"status": 404}, {"status": 200, "content_type": "video/mp4", "body": b"\0\0\0\x08moov"}],
    ids=["absent", "damaged"],
)
def test_a_film_plays_from_its_file_where_its_segments_are_of_no_use(page, cinema, opens, expected_errors, answer):
    expected_errors.append("404")
    page.route("**/*.m4s?*", lambda route: route.fulfill(**answer))
    opens(cinema, "Two sounds.mp4")
    assert page.evaluate(BY_FILE)
    assert not page.locator("#failure").is_visible()


def test_a_film_goes_on_from_its_file_where_a_segment_is_damaged(page, cinema, opens, plays):
    page.route(re.compile(r"/v0-[3-9]\.m4s"), lambda route: route.fulfill(body=b"\0\0\0\x08moov"))
    opens(cinema, "Two sounds.mp4", 1)
    plays(page, past_s=8)
    assert page.evaluate(BY_FILE)
    assert not page.locator("#failure").is_visible()
