"""A library of thousands of films: the processor time of the page's main thread."""

import json

import pytest


def _films(count):
    return [
        {
            "title": f"Film {n}",
            "path": f"{n // 100}/Film {n} ({1950 + n % 70})/Film {n}.mp4",
            "url": f"/videos/{n}.mp4",
            "bytes": 1000 + n,
            "modified": "2020-01-01T00:00:00Z",
            "state": "known",
            "year": 1950 + n % 70,
            "duration": 3600 + n,
            "video": {"width": 1920, "height": 800},
        }
        for n in range(count)
    ]


@pytest.fixture
def large(page, cinema):
    """Opens the page with a list of so many films. Answers how long the main thread was busy since the last call."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before: dict[str, float] = {}

    def spent_s():
        metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        spent = sum(metrics[f"{kind}Duration"] for kind in ("Script", "Layout", "RecalcStyle"))
        spent, before["s"] = spent - before.get("s", 0.0), spent
        return spent

    def opened(count, query=""):
        lines = ",\n".join(json.dumps(film) for film in _films(count))
        answer = f'{{"movies": [\n{lines}\n]}}'  # as the server writes it
        page.route("**/api/movies", lambda route: route.fulfill(body=answer, headers={"ETag": '"1"'}))
        page.goto(f"{cinema}/{query}")
        page.locator(".card").first.wait_for()
        return spent_s

    return opened


def test_two_thousand_films_show_at_once_and_scroll_smoothly(page, large):
    spent_s = large(2_000, "?sort=title")
    assert spent_s() < 0.6
    page.evaluate(
        """async () => {
            for (let frame = 0; frame < 60; frame += 1) {
                scrollBy(0, 150);
                await new Promise(requestAnimationFrame);
            }
        }"""
    )
    assert page.evaluate("() => scrollY") == 60 * 150
    assert spent_s() / 60 < 0.008  # half a frame at sixty a second


def test_an_unchanged_list_costs_nothing(page, large):
    spent_s = large(2_000)
    spent_s()
    with page.expect_response("**/api/movies"):
        page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    assert spent_s() < 0.02


def test_ten_thousand_films_do_not_freeze_the_page(page, large):
    spent_s = large(10_000)
    page.get_by_role("searchbox").fill("film 9999")
    page.get_by_text("1 of 10000 films").wait_for()
    assert spent_s() < 3


def test_no_task_holds_up_the_page_while_ten_thousand_films_come(page, large):
    """Of processor time, since other processes hold up a task as well."""
    events, ended = [], []
    session = page.context.browser.new_browser_cdp_session()
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": ["toplevel"]}})
    large(10_000)
    page.wait_for_function("() => document.querySelectorAll('#shelves section').length > 20")
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(10)
    mains = {(event["pid"], event["tid"]) for event in events if event["args"].get("name") == "CrRendererMain"}
    tasks = [each for each in events if each["name"].endswith("RunTask") and (each["pid"], each["tid"]) in mains]
    assert len(tasks) > 50
    assert max(each.get("tdur", 0) for each in tasks) / 1000 < 100  # microseconds
