from pathlib import Path

import pytest

from tests.needs import need_of_npm

STATIC = Path(__file__).parents[2] / "static"


@pytest.mark.gen_test
async def test_the_player_page_is_at_the_root(connect):
    async with await connect() as connection:
        response = await connection.request("GET", "/")
    assert response.status == 200
    assert response.fields["content-type"] == "text/html; charset=utf-8"
    assert response.content == (STATIC / "index.html").read_bytes()


@pytest.mark.gen_test
async def test_a_page_may_load_nothing_from_elsewhere(connect):
    async with await connect() as connection:
        fields = (await connection.request("GET", "/")).fields
    assert fields["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-elem 'self' 'unsafe-inline'; "
        "img-src 'self'; media-src 'self' blob:; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )
    assert fields["x-content-type-options"] == "nosniff"
    assert fields["referrer-policy"] == "same-origin"


@pytest.mark.gen_test
async def test_webassembly_runs_in_one_worker_alone(connect):
    need_of_npm("static/vendor/jassub/worker.js")
    runs = "script-src 'self' 'wasm-unsafe-eval';"
    async with await connect() as connection:
        for script, may_run in (
            ("vendor/jassub/worker.js", True),
            ("vendor/jassub/jassub.js", False),
            ("app.js", False),
        ):
            fields = (await connection.request("GET", f"/static/{script}")).fields
            assert (runs in fields["content-security-policy"]) == may_run
        fields = (await connection.request("GET", "/static/vendor/jassub/jassub-worker.wasm")).fields
        assert fields["content-type"] == "application/wasm"


@pytest.mark.gen_test
async def test_every_file_of_the_site_is_served_under_static(connect):
    files = [file for file in STATIC.rglob("*") if file.is_file()]
    async with await connect() as connection:
        for file in files:
            response = await connection.request("GET", f"/static/{file.relative_to(STATIC).as_posix()}")
            assert response.status == 200
            assert response.content == file.read_bytes()


@pytest.mark.gen_test
async def test_what_is_no_file_of_the_site_is_not_found(connect):
    async with await connect() as connection:
        for target in ("/static/", "/static/none.js", "/static/../server.py", "/static/%2e%2e/server.py", "/server.py"):
            assert (await connection.request("GET", target)).status == 404


@pytest.mark.gen_test
async def test_browsers_find_an_icon_where_they_look_for_one(connect):
    async with await connect() as connection:
        response = await connection.request("GET", "/favicon.ico")
    assert response.status == 200
    assert response.fields["content-type"] == "image/svg+xml"


@pytest.mark.gen_test
async def test_a_page_that_did_not_change_is_not_sent_again(connect):
    async with await connect() as connection:
        first = await connection.request("GET", "/", "Accept-Encoding: gzip")
        again = await connection.request("GET", "/", "Accept-Encoding: gzip", f"If-None-Match: {first.fields['etag']}")
    assert again.status == 304
    assert again.fields["cache-control"] == "no-cache"


@pytest.mark.gen_test
async def test_a_host_can_ask_whether_the_server_is_well(connect):
    async with await connect() as connection:
        response = await connection.request("GET", "/healthz")
        head = await connection.request("HEAD", "/healthz")
    assert (response.status, response.content) == (200, b"ok\n")
    assert response.fields["cache-control"] == "no-store"
    assert head.status == 200
