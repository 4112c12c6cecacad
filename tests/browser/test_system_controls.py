"""What the player tells the system: what plays, and that the screen is to stay on."""

import pytest

EPISODE = "/?film=Show/Season%201/Show%20S01E02.mp4&t=5"


def _without_posters(route):
    movies = route.fetch().json()
    for movie in movies["movies"]:
        movie.pop("poster", None)
    route.fulfill(json=movies)


@pytest.fixture
def episode(page, furnished, plays):
    page.add_init_script(
        """window.handlers = {};
        const handle = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
        navigator.mediaSession.setActionHandler = (action, handler) => {
            handlers[action] = handler;
            handle(action, handler);
        };
        window.lights = 0;
        navigator.wakeLock.request = async () => {
            window.lights += 1;
            const lock = { released: false };
            lock.release = async () => { await window.slowly; lock.released = true; window.lights -= 1; };
            return lock;
        };"""
    )
    page.route("**/api/movies", _without_posters, times=1)  # they are made later
    page.goto(furnished + EPISODE)
    plays(page, past_s=5)
    page.wait_for_function("() => navigator.mediaSession.metadata")
    return page


def test_the_system_knows_the_episode_its_series_and_its_poster_once_that_is_made(episode):
    episode.wait_for_function("() => navigator.mediaSession.metadata.artwork.length === 1")
    told = (
        "({ title, artist, album, artwork }) => [title, artist, album, artwork.map(({ src }) => new URL(src).pathname)]"
    )
    assert episode.evaluate(f"() => ({told})(navigator.mediaSession.metadata)") == [
        "S1 E2", "Show", "Season 1", ["/posters/Show/Season%201/Show%20S01E02.mp4"]
    ]  # fmt: skip
    episode.wait_for_function("() => navigator.mediaSession.playbackState === 'playing'")


def test_the_system_pauses_seeks_and_leads_to_the_next(episode):
    episode.evaluate("() => handlers.pause({})")
    episode.wait_for_function("() => video.paused && navigator.mediaSession.playbackState === 'paused'")
    episode.evaluate("() => handlers.seekto({ seekTime: 20 })")
    episode.evaluate("() => handlers.seekforward({})")
    assert episode.evaluate("() => video.currentTime") == 30
    episode.evaluate("() => handlers.nexttrack({})")
    episode.wait_for_function("() => navigator.mediaSession.metadata?.title === 'S2 E1' && handlers.nexttrack === null")


def test_the_screen_stays_on_while_the_film_plays(episode):
    episode.wait_for_function("() => lights === 1")
    episode.evaluate("() => video.pause()")
    episode.wait_for_function("() => lights === 0")
    episode.evaluate("() => video.play()")
    episode.wait_for_function("() => lights === 1")


def test_the_screen_stays_on_after_a_pause_that_is_shorter_than_it_takes_to_let_go(episode):
    episode.wait_for_function("() => lights === 1")
    episode.evaluate("() => { window.slowly = new Promise((resolve) => (window.letGo = resolve)); video.pause(); }")
    episode.wait_for_function("() => navigator.mediaSession.playbackState === 'paused'")
    episode.evaluate(
        """() => new Promise((resolve) => {
            video.addEventListener('playing', resolve, { once: true });
            video.play();
        })"""
    )
    asks_again = """async () => {
        let asked = false;
        navigator.wakeLock.request = async () => { asked = true; return {}; };
        letGo();
        await new Promise(setTimeout); // after all that follows at once
        return asked;
    }"""
    assert episode.evaluate(asks_again)
