"""A film of a bucket in a real Chromium: sent through the server, and fetched from the store by links."""

import subprocess
import sys
from contextlib import ExitStack

import obstore
import pytest

from tests.object_stores import BUCKET
from tests.server_process import ROOT, server_process

FILM = "/?film=Long.mp4"
LINK_LASTS_S = 3
SHORT_LINKS = f"import handlers.video as video; video.LINK_LASTS_S = {LINK_LASTS_S}; import server; server.main()"


@pytest.fixture
def start(s3, long_film, tmp_path):
    """The URL of a server of a bucket that has the long film."""
    obstore.put(s3.bucket(prefix="cinema"), "Long.mp4", long_film)
    settings = {"ASSETS": f"s3://{BUCKET}/cinema", "CACHE": str(tmp_path)}
    options = {"environment": s3.environment | settings, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    with ExitStack() as servers:
        yield lambda *arguments, **more: servers.enter_context(server_process(*arguments, **options, **more)).url


def test_a_film_of_a_bucket_plays_and_is_sought_in(page, start, plays):
    page.goto(start() + FILM)
    plays(page, past_s=1)
    page.evaluate("() => (video.currentTime = 100)")
    plays(page, past_s=100.5)


def test_a_film_that_is_fetched_from_the_store_goes_on_with_a_new_link_when_the_first_has_expired(
    page, start, plays, s3, expected_errors
):
    expected_errors.append("status of 403")
    links = []
    page.on("request", lambda request: links.append(request.url) if request.url.startswith(s3.endpoint) else None)
    page.goto(start("--delivery", "redirect", command=(sys.executable, "-c", SHORT_LINKS)) + FILM)
    plays(page, past_s=LINK_LASTS_S + 1.5)
    assert len(set(links)) == 1
    page.evaluate("() => (video.currentTime = 100)")  # beyond what the browser holds
    plays(page, past_s=100.5)
    assert page.evaluate("() => video.currentTime") < 110
    assert len(set(links)) > 1
