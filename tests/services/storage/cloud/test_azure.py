"""Films in Azure Blob Storage: Azurite, Microsoft's own emulator of it."""

import asyncio
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import obstore
import pytest

from services.errors import InvalidSetting, RepresentationChanged, StoreFault
from services.http.representation import EntityTag
from services.storage.cloud.open_bucket import client
from services.storage.locations import parse_bucket, parse_locations
from services.storage.open_store import open_stores
from services.storage.remote.object_client import ObjectStatus
from tests.films import telling_bytes
from tests.object_stores import AZURE_KEY, BUCKET

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(3_000_000)
KEYS = {"AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY}
ANOTHER_KEY = "b25lIHRoYXQgaXMgbm90IGtub3du"


@pytest.fixture
def container(azure, tmp_path):
    return azure.container(prefix=tmp_path.name)


@pytest.fixture
def opened(azure, tmp_path):
    """Opens the store of this test's films."""
    stores = []

    def opened(environment=KEYS, options=""):
        location = azure.location(tmp_path.name) + options
        stores.append(open_stores(parse_locations(location), environment, NO_URL))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


def _files(store):
    files = asyncio.run(store.files(lambda name, beside: name.endswith(".mp4")))
    return sorted(files, key=lambda file: file.path)


def _links(store):
    async def links(files):
        return {file.path: await store.link(file, 60.0) for file in files}

    return asyncio.run(links(_files(store)))


def test_all_films_below_the_prefix_are_found_with_size_date_and_the_tag_of_the_store(
    azure, container, opened, tmp_path
):
    put = {
        key: obstore.put(container, key, content)["e_tag"]
        for key, content in {"a.mp4": b"film", "Show 1/Фильм 1+2 (тест).mp4": b"longer", "note.txt": b"note"}.items()
    }
    obstore.put(azure.container(prefix=f"{tmp_path.name}-other"), "other.mp4", b"film")
    longer, film = _files(opened())
    assert (longer.path, longer.size) == ("Show 1/Фильм 1+2 (тест).mp4", 6)
    assert (film.path, film.size) == ("a.mp4", 4)
    assert film.entity_tag == EntityTag(put["a.mp4"].strip('"'))
    assert abs(datetime.fromtimestamp(film.modified_s, UTC) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_blob_that_was_replaced_is_not_gone_on_with(container, opened):
    obstore.put(container, "a.mp4", CONTENT)
    store = opened()
    (file,) = _files(store)

    async def read():
        async with store.open(file, "video/mp4") as source:
            assert await source.read(1_500_000, 65536, 2_999_999) == CONTENT[1_500_000:1_565_536]
            obstore.put(container, "a.mp4", CONTENT[::-1])
            source.park()
            with pytest.raises(RepresentationChanged):
                await source.read(1_565_536, 65536, 2_999_999)

    asyncio.run(read())


@pytest.mark.parametrize("key", ["Films/a-b_c.1~.mp4", "a b.mp4", "Фильм 1+2 (100%).mp4"])
def test_a_link_serves_whoever_has_it(container, opened, key):
    obstore.put(container, key, b"film")
    with urllib.request.urlopen(_links(opened())[key]) as response:
        assert response.read() == b"film"


def test_a_link_ends_and_opens_nothing_else(container, opened):
    for key in ("a.mp4", "b.mp4"):
        obstore.put(container, key, b"film")
    store = opened()
    file, _ = _files(store)
    late = asyncio.run(store.link(file, -60.0))
    for link in (late, _links(store)["a.mp4"].replace("a.mp4", "b.mp4")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(link)
        assert refused.value.code == 403
        refused.value.close()


def test_a_sas_token_that_may_list_and_read_suffices_and_is_in_no_link(azure, container, opened):
    obstore.put(container, "a b.mp4", CONTENT)
    obstore.put(container, "c.mp4", b"film")
    store = opened({"AZURE_STORAGE_SAS_TOKEN": azure.sas_token("rl")})
    file, _ = _files(store)

    async def read():
        async with store.open(file, "video/mp4") as source:
            return await source.read(1_500_000, 65536, 1_599_999)

    assert asyncio.run(read()) == CONTENT[1_500_000:1_565_536]
    assert _links(store) == {"a b.mp4": None, "c.mp4": None}


@pytest.mark.parametrize("variable", ["AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_SAS_TOKEN"])
def test_keys_that_are_refused_are_a_fault_of_the_store_and_stay_out_of_the_log(
    azure, container, opened, tmp_path, caplog, variable
):
    obstore.put(container, "a.mp4", CONTENT)
    expired = azure.sas_token("rl", until="2020-01-01T00:00:00Z")
    environment = {variable: ANOTHER_KEY if variable == "AZURE_STORAGE_ACCOUNT_KEY" else expired}
    refused = client(parse_bucket(azure.location(tmp_path.name)), environment)
    status = ObjectStatus("a.mp4", len(CONTENT), EntityTag("x"), datetime.now(UTC))

    async def ask():
        with pytest.raises(StoreFault):
            await refused.status("a.mp4")
        with pytest.raises(StoreFault):
            await refused.get(status, 0, 9)

    asyncio.run(ask())
    assert _files(opened(environment)) == []
    assert "cannot be listed: AuthorizationFailure: the key is wrong, the SAS token has expired, or" in caplog.text
    assert ANOTHER_KEY not in caplog.text
    assert "sig" not in caplog.text


def test_a_key_that_is_none_is_a_wrong_setting_and_not_shown(opened):
    with pytest.raises(InvalidSetting, match=r"^az://cinema/films/.* Invalid Access Key") as error:
        opened({"AZURE_STORAGE_ACCOUNT_KEY": "no-base64?"})
    assert "no-base64" not in str(error.value)


def test_links_of_a_public_container_carry_no_signature(azure, opened, tmp_path):
    public = client(parse_bucket(azure.location(tmp_path.name) + "&anonymous=yes"), {})
    assert asyncio.run(public.link("a b.mp4", 60.0)) == f"{azure.endpoint}/{BUCKET}/{tmp_path.name}/a%20b.mp4"
