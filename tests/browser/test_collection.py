"""A collection as people keep it: films with years and posters, series, trailers, films begun and watched."""

import os

import pytest

from tests.browser.waiting import eventually
from tests.films import put

SERIES = "Shows/Night Trains"
EPISODES = [
    f"{SERIES}/Season 01/Night.Trains.S01E01.Departures.720p.mp4",
    f"{SERIES}/Season 01/Night.Trains.S01E02.The.Long.Tunnel.720p.mp4",
    f"{SERIES}/Season 01/Night.Trains.S01E10.Terminus.720p.mp4",
    f"{SERIES}/Season 02/Night.Trains.S02E01.Snow.on.the.Line.720p.mp4",
]
MATRIX = "Films/The.Matrix.1999.1080p.BluRay.x264/The.Matrix.1999.1080p.BluRay.x264.mp4"
SOLARIS = "Films/Solaris (1972)/Solaris (1972).mp4"
TRAILER = "Films/Solaris (1972)/Solaris (1972)-trailer.mp4"
AMELIE = "Films/Amélie (2001)/Amélie (2001).mp4"
BROKEN = "Films/Broken (1950)/Broken (1950).mp4"
FILMS = 8  # the trailer is not counted


@pytest.fixture(scope="module")
def collection(serve, sample, tmp_path_factory, ffmpeg) -> str:
    folder = tmp_path_factory.mktemp("collection")
    for path in [*EPISODES, MATRIX, SOLARIS, TRAILER, AMELIE]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        os.link(sample, folder / path)
    put(folder, BROKEN, bytes(1000))
    poster = folder / "Films" / "Solaris (1972)" / "poster.png"
    ffmpeg("-f", "lavfi", "-i", "color=teal:s=200x300", "-frames:v", 1, poster)
    return serve(folder)


@pytest.fixture
def shelves(page, collection):
    """The page once the server has looked into all films."""
    page.goto(collection)
    page.wait_for_function(
        "() => fetch('api/movies').then((r) => r.json()).then((l) => l.movies.every((m) => m.state !== 'pending'))"
    )
    page.reload()
    page.wait_for_selector(".card")
    return page


def _shelf(page, heading):
    return page.locator("#shelves > section", has=page.get_by_role("heading", name=heading, exact=True))


def _lines(page, title):
    """The lines below the cover of the first card with this title."""
    card = page.locator(f".card:has(.title:text-is('{title}'))").first
    return [card.locator(line).text_content() for line in (".title", ".meta")]


def _titles(page):
    return page.locator(".card .title").all_text_contents()


def _watch(page, path, time):
    page.evaluate(
        """async ([path, time]) => {
            const { keepProgress } = await import('./static/shared/progress.js');
            const now = Date.now();
            while (Date.now() === now); // each film has a time of its own
            keepProgress(path, time, 40);
        }""",
        [path, time],
    )


def _has_loaded(picture, size):
    """Waits until the picture is there, with this size."""
    picture.scroll_into_view_if_needed()
    eventually(lambda: picture.evaluate("(image) => [image.naturalWidth, image.naturalHeight]"), size)


def _open_menu(page, title):
    page.get_by_role("button", name=f"More about {title}").first.click()


def test_a_series_is_one_shelf_with_its_seasons_in_order(shelves):
    assert _shelf(shelves, "Night Trains").locator(".title").all_text_contents() == [
        "S1 E1 · Departures",
        "S1 E2 · The Long Tunnel",
        "S1 E10 · Terminus",
        "S2 E1 · Snow on the Line",
    ]


def test_a_card_shows_title_year_and_duration_as_people_say_them(shelves):
    assert _lines(shelves, "The Matrix") == ["The Matrix", "1999 · 40 s"]


def test_in_a_list_a_series_has_one_card(shelves, collection):
    shelves.goto(f"{collection}/?sort=title")
    assert _lines(shelves, "Night Trains") == ["Night Trains", "2 seasons"]


def test_a_film_shows_its_poster_and_says_how_sharp_it_is(shelves):
    _has_loaded(shelves.locator(".card:has(.title:text-is('Solaris')) img").first, [200, 300])
    badge = "(card) => card.querySelector('.cover').dataset.badge"
    assert shelves.locator(".card:has(.title:text-is('Solaris'))").first.evaluate(badge) == "HD"


def test_a_film_of_which_there_is_no_picture_has_a_drawn_cover_and_says_that_it_cannot_be_read(shelves):
    card = shelves.locator(".card:has(.title:text-is('Broken'))")
    assert card.locator("img").count() == 0
    assert card.locator(".cover-title").inner_text() == "Broken"
    assert _lines(shelves, "Broken") == ["Broken", "1950 · 1 kB · cannot be read"]


def test_a_picture_that_cannot_be_had_leaves_the_drawn_cover(page, collection, expected_errors):
    expected_errors.append("404")
    page.route("**/posters/**", lambda route: route.fulfill(status=404))
    with page.expect_response("**/posters/**"):
        page.goto(collection)
    page.wait_for_function("() => document.querySelectorAll('.card img').length === 0")
    assert page.locator(".cover-title").count() == FILMS


@pytest.fixture
def slow_poster(shelves, expected_errors):
    """The methods by which the poster of Solaris is asked for from now on. The first four answers are 503."""
    expected_errors.append("status of 503")
    _has_loaded(shelves.locator(".card:has(.title:text-is('Solaris')) img").first, [200, 300])
    answers = [503] * 4
    asked = []

    def answer(route):
        asked.append(route.request.method)
        if answers:
            route.fulfill(status=answers.pop(), headers={"Retry-After": "5"})
        else:
            route.continue_()

    shelves.route("**/posters/**/Solaris*", answer)
    return asked


def test_a_picture_that_a_busy_server_does_not_have_yet_is_asked_for_until_it_does(shelves, slow_poster):
    shelves.reload()
    _has_loaded(shelves.locator(".card:has(.title:text-is('Solaris')) img").first, [200, 300])
    assert slow_poster == ["GET", "HEAD", "HEAD", "HEAD", "HEAD", "GET"]


def test_so_is_the_poster_in_the_player(shelves, collection, slow_poster):
    shelves.goto(f"{collection}/?film={SOLARIS}")
    shelves.wait_for_function("() => video.poster.includes('/posters/')")
    assert slow_poster[:6] == ["GET", "HEAD", "HEAD", "HEAD", "HEAD", "GET"]


def test_a_picture_that_never_loads_is_given_up(shelves):
    asked = []

    def answer(route):
        asked.append(route.request.method)
        route.fulfill(status=200, content_type="image/jpeg", body="this is none")

    card = shelves.locator(".card:has(.title:text-is('Solaris'))").first
    _has_loaded(card.locator("img"), [200, 300])
    shelves.route("**/posters/**/Solaris*", answer)
    shelves.reload()
    card.scroll_into_view_if_needed()
    card.locator("img").wait_for(state="detached")
    assert asked == ["GET", "HEAD"] * 3 + ["GET"]


def test_trailers_stand_on_no_shelf_but_are_in_the_menu_of_their_film(shelves, plays):
    assert shelves.locator("#library-status").inner_text() == f"{FILMS} films"
    _open_menu(shelves, "Solaris")
    shelves.get_by_role("link", name="Play trailer").click()
    plays(shelves)
    assert "-trailer.mp4" in shelves.evaluate("() => location.search")


def test_the_menu_tells_in_full_what_is_known_and_leads_to_other_players(shelves, collection):
    _open_menu(shelves, "Solaris")
    facts = shelves.locator("#film-menu-facts p").all_text_contents()
    assert facts == ["1972 · 40 s · 2.1 MB", "1280 × 720 · H.264", "Films / Solaris (1972)"]
    playlist = shelves.locator("#film-menu").get_by_role("link", name="Open in VLC").get_attribute("href")
    assert shelves.request.get(playlist).text().count("/videos/") == 1
    download = shelves.get_by_role("link", name="Download")
    assert download.get_attribute("href") == f"{collection}/videos/Films/Solaris%20%281972%29/Solaris%20%281972%29.mp4"


def test_films_under_way_stand_on_top_with_the_time_that_is_left(shelves):
    assert _shelf(shelves, "Continue watching").count() == 0
    _watch(shelves, EPISODES[1], 8)
    _watch(shelves, AMELIE, 6)
    shelves.reload()
    cards = _shelf(shelves, "Continue watching").locator(".card")
    cards.first.wait_for()
    assert cards.locator(".title").all_text_contents() == ["Amélie", "Night Trains"]
    assert cards.nth(1).locator(".unseen").text_content() == "· 32 s left"
    assert shelves.locator("#shelves > section").first.locator(".card").count() == 2


def test_a_film_is_marked_as_watched_and_as_not_watched_by_its_menu(shelves):
    def says(words):
        shelves.wait_for_function(
            """(words) => [...document.querySelectorAll(".card")]
                .filter((card) => card.querySelector(".title").textContent === "The Matrix")
                .every((card) => card.querySelector(".unseen").textContent === words)""",
            arg=words,
        )

    says("")
    _open_menu(shelves, "The Matrix")
    shelves.get_by_role("button", name="Mark as watched").click()
    says("· watched")
    shelves.reload()
    shelves.wait_for_selector(".card:has(.title:text-is('The Matrix'))")
    says("· watched")
    _open_menu(shelves, "The Matrix")
    shelves.get_by_role("button", name="Mark as not watched").click()
    says("")


@pytest.mark.parametrize(
    ("order", "first_titles"),
    [
        ("Title, A to Z", ["Amélie", "Broken", "The Matrix", "Night Trains"]),  # "The" does not count
        ("Oldest year first", ["Broken", "Solaris", "The Matrix", "Amélie"]),
    ],
)
def test_films_can_be_put_in_other_orders_which_the_address_holds(shelves, order, first_titles):
    shelves.get_by_role("combobox", name="Order").select_option(order)
    eventually(lambda: _titles(shelves)[:4], first_titles)
    shelves.reload()
    eventually(lambda: _titles(shelves)[:4], first_titles)
    shelves.go_back()
    _shelf(shelves, "Night Trains").wait_for()


@pytest.mark.parametrize(
    ("words", "titles"),
    [("1972", ["Solaris"]), ("night tunnel", ["Night Trains"]), ("matirx 1999", ["The Matrix"])],
)
def test_the_search_knows_years_and_series_and_forgives_a_typo(shelves, words, titles):
    shelves.get_by_role("searchbox").fill(words)
    eventually(lambda: _titles(shelves), titles)


def test_a_search_is_in_the_address_and_back_ends_it(shelves, collection):
    shelves.get_by_role("searchbox").press_sequentially("sol")
    eventually(lambda: shelves.url, f"{collection}/?q=sol")
    shelves.reload()
    shelves.wait_for_selector(".card")
    assert (_titles(shelves), shelves.get_by_role("searchbox").input_value()) == (["Solaris"], "sol")
    shelves.go_back()
    shelves.wait_for_function(f"() => document.querySelectorAll('.card').length === {FILMS}")
    eventually(lambda: shelves.get_by_role("searchbox").input_value(), "")


def test_a_heading_leads_into_its_folder_and_the_trail_out_of_it(shelves, collection):
    shelves.get_by_role("link", name="Films", exact=True).last.click()
    eventually(lambda: shelves.url, f"{collection}/?folder=Films")
    eventually(shelves.title, "Films – Films")
    assert shelves.locator("#library-status").inner_text() == "4 films"
    trail = shelves.get_by_role("navigation", name="Breadcrumb")
    assert trail.locator("a, h2").all_text_contents() == ["All films", "Films"]
    playlist = shelves.request.get(shelves.locator("#playlist").get_attribute("href")).text()
    assert playlist.count("/videos/Films/") == playlist.count("/videos/") == 4
    trail.get_by_role("link", name="All films").click()
    eventually(lambda: (shelves.url, shelves.locator(".card").count()), (f"{collection}/", FILMS))


def test_a_folder_that_is_not_there_says_so_and_leads_to_all_films(page, collection):
    page.goto(f"{collection}/?folder=None")
    page.get_by_text("There is no such folder, or no film in it.").wait_for()
    page.locator("#library-no-match").get_by_role("link", name="All films").click()
    eventually(page.locator(".card").count, FILMS)


def test_back_and_reload_lead_to_where_one_was(shelves):
    shelves.set_viewport_size({"width": 800, "height": 400})
    last = shelves.locator(".card").last
    last.focus()
    shelves.wait_for_function("() => scrollY > 100 && history.state?.scroll === scrollY")
    scroll = shelves.evaluate("() => scrollY")
    there = f"() => Math.abs(scrollY - {scroll}) < 2 && document.activeElement.innerText.includes('Snow on the Line')"
    shelves.reload()
    shelves.wait_for_function(there)
    shelves.get_by_role("link", name="Night Trains", exact=True).click()
    shelves.wait_for_function("() => !document.getElementById('trail').hidden")
    shelves.go_back()
    shelves.wait_for_function(there)


def test_without_javascript_there_is_a_plain_list(browser, open_page, collection):
    page = open_page(browser, java_script_enabled=False)
    page.goto(collection)
    assert not page.locator("#library-controls").is_visible()
    page.get_by_role("link", name="a plain list of the films").click()
    link = page.get_by_role("link", name="The Matrix")
    assert page.request.head(f"{collection}/{link.get_attribute('href')}").ok
