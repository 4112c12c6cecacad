"""Names that are odd as paths in other clouds: Azurite and fake-gcs-server."""

import asyncio
import subprocess
import urllib.request
from urllib.parse import quote

import pytest

from services.errors import FilmArchived
from services.http_client.client import HttpClient
from services.http_client.timeouts import Patience
from services.storage.cloud.azure import Azure, AzureSigner
from services.storage.cloud.client import CloudClient
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import telling_bytes
from tests.needs import need
from tests.object_stores import AZURE_ACCOUNT, AZURE_KEY, BUCKET, google_server

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(100_000)
PLAYED = ["/b.mp4", "a b+c%41.mp4", "a\tb.mp4", "a\nb.mp4", "a//b.mp4", "ok.mp4", "é//ü.mp4"]
LEFT_OUT = ["a/../b.mp4", "b.mp4/"]


def _paths(store):
    return sorted(file.path for file in _files(store))


def _files(store):
    return asyncio.run(store.files(lambda name, beside: name.endswith(".mp4")))


def _contents(store):
    async def contents(files):
        read = {}
        for file in files:
            async with store.open(file, "video/mp4") as source:
                read[file.path] = await source.read(0, 65536)
        return read

    return asyncio.run(contents(_files(store)))


def _links(store):
    async def links(files):
        return [await store.link(file, 60.0) for file in files]

    return asyncio.run(links(_files(store)))


def _linked(link):
    with urllib.request.urlopen(link) as response:
        return response.read()


def _told(caplog):
    """The lines of the storage in the log."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("services.storage.")]


class TestAzure:
    @pytest.fixture
    def put(self, azure, tmp_path):
        def put(name, tier="Hot"):
            url = f"{azure.endpoint}/{BUCKET}/{tmp_path.name}/{quote(name)}?{azure.sas_token('rwc')}"
            fields = {"x-ms-blob-type": "BlockBlob", "x-ms-version": "2021-12-02", "x-ms-access-tier": tier}
            urllib.request.urlopen(urllib.request.Request(url, CONTENT, fields, method="PUT")).close()

        return put

    @pytest.fixture(params=["AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_SAS_TOKEN"])
    def store(self, azure, tmp_path, request):
        keys = {"AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY, "AZURE_STORAGE_SAS_TOKEN": azure.sas_token("rl")}
        location = azure.location(tmp_path.name)
        store = open_stores(parse_locations(location), {request.param: keys[request.param]}, NO_URL)
        yield store
        store.close()

    def test_they_are_played_or_left_out_with_one_warning(self, store, put, caplog):
        for name in PLAYED + LEFT_OUT:
            put(name)
        assert _contents(store) == dict.fromkeys(PLAYED, CONTENT[:65536])
        (told,) = _told(caplog)
        assert "left out 'a/../b.mp4'" in told
        assert "'b.mp4/'" in told

    @pytest.mark.parametrize("store", ["AZURE_STORAGE_ACCOUNT_KEY"], indirect=True)
    def test_links_to_them_serve_whoever_has_them(self, store, put):
        for name in PLAYED:
            put(name)
        assert [_linked(link) for link in _links(store)] == [CONTENT] * len(PLAYED)

    def test_lists_have_pages(self, azure, put, tmp_path):
        for name in PLAYED:
            put(name)
        access = AzureSigner(AZURE_ACCOUNT, BUCKET, AZURE_KEY).to_container
        container = Azure(f"{azure.endpoint}/{BUCKET}", f"{tmp_path.name}/", access=access, most_in_page=2)

        async def keys():
            client = CloudClient("films", HttpClient(Patience()), container)
            found = [status.key async for status in client.objects(lambda key: True)]
            client.close()
            return found

        assert sorted(asyncio.run(keys())) == sorted(PLAYED)

    def test_blobs_of_the_archive_tier_are_listed_and_not_read(self, store, put, caplog):
        put("cold.mp4", tier="Archive")
        put("warm.mp4", tier="Cool")
        with pytest.raises(FilmArchived):
            _contents(store)
        assert _paths(store) == ["cold.mp4", "warm.mp4"]
        assert "to be restored from the store's archive before they can be played: 'cold.mp4'\n" in caplog.text


class TestGoogle:
    @pytest.fixture
    def google(self):
        with google_server() as server:
            yield server

    @pytest.fixture(params=["key", "no key", "public"])
    def store(self, google, request):
        environment, options = {}, f"?endpoint={google.endpoint}&anonymous=yes"
        if request.param != "public":
            key = _private_key() if request.param == "key" else ""
            environment, options = {"GOOGLE_SERVICE_ACCOUNT_KEY": google.service_account(key)}, ""
        store = open_stores(parse_locations(f"gs://{BUCKET}/sub{options}"), environment, NO_URL)
        yield store
        store.close()

    def test_they_are_played_or_left_out_with_one_warning(self, google, store, caplog):
        for name in PLAYED + LEFT_OUT:
            google.put(f"sub/{name}", CONTENT)
        assert _contents(store) == dict.fromkeys(PLAYED, CONTENT[:65536])
        (told,) = _told(caplog)
        assert "left out 'a/../b.mp4'" in told
        assert "'b.mp4/'" in told

    @pytest.mark.parametrize("store", ["key", "public"], indirect=True)
    def test_links_to_them_serve_whoever_has_them(self, google, store):
        for name in PLAYED:
            google.put(f"sub/{name}", CONTENT)
        assert [_linked(link) for link in _links(store)] == [CONTENT] * len(PLAYED)


def _private_key():
    command = [need("openssl"), "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
