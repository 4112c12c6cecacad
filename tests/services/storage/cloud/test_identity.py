"""Tokens in place of keys: where they are asked for, and that each request carries one."""

import asyncio
import base64
import json
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from services.errors import InvalidSetting, StoreFault, StoreRefused
from services.storage.cloud import google_identity
from services.storage.cloud.open_bucket import client
from services.storage.locations import parse_bucket
from tests.hand_server import HandServer
from tests.key_store import KeyStore, Stored

TOKEN = {"access_token": "the-token", "expires_in": 3600, "token_type": "Bearer"}
BLOBS = (
    b"<EnumerationResults><Blobs><Blob><Name>a//b.mp4</Name><Properties><Content-Length>4</Content-Length>"
    b"<Etag>0x1</Etag></Properties></Blob></Blobs><NextMarker/></EnumerationResults>"
)


class Answers(HandServer):
    """Answers with ``contents``, by the path of a request. ``requests`` has the head and the content of each."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        super().__init__()
        self.contents = contents
        self.requests: list[tuple[str, str]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next((int(line[16:]) for line in head.split("\r\n") if line.startswith("Content-Length: ")), 0)
                self.requests.append((head, (await reader.readexactly(length)).decode()))
                content = self.contents.get(urlsplit(head.split(" ")[1]).path)
                status = b"404 Not Found" if content is None else b"200 OK"
                content = content or b""
                writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(content), content))
        except asyncio.CancelledError:
            pass
        finally:
            writer.transport.abort()


async def _keys(store):
    keys = [status.key async for status in store.objects(lambda key: True)]
    store.close()
    return keys


async def _listed_from_google(environment, host="127.0.0.1"):
    """The head of the request for the list."""
    async with KeyStore({b"a//b.mp4": Stored(b"film")}) as bucket:
        location = parse_bucket(f"gs://films?endpoint=http://{host}:{bucket.port}")
        assert await _keys(client(location, environment)) == ["a//b.mp4"]
        return bucket.heads[0]


async def _listed_from_azure(environment):
    async with Answers({"/films": BLOBS}) as blobs:
        location = parse_bucket(f"az://cinema/films?endpoint={blobs.url}")
        assert await _keys(client(location, environment)) == ["a//b.mp4"]
        return blobs.requests[0][0]


@pytest.mark.gen_test
async def test_a_machine_of_google_has_a_token():
    path = "/computeMetadata/v1/instance/service-accounts/default/token"
    async with Answers({path: json.dumps(TOKEN).encode()}) as metadata:
        head = await _listed_from_google({"GCE_METADATA_HOST": f"127.0.0.1:{metadata.port}"})
    assert "\r\nAuthorization: Bearer the-token\r\n" in head
    assert "\r\nMetadata-Flavor: Google\r\n" in metadata.requests[0][0]


@pytest.mark.gen_test
async def test_a_person_of_google_has_a_token(tmp_path):
    file = tmp_path / ".config/gcloud/application_default_credentials.json"
    file.parent.mkdir(parents=True)
    async with Answers({"/token": json.dumps(TOKEN).encode()}) as tokens:
        person = {"type": "authorized_user", "client_id": "id", "client_secret": "s&c", "refresh_token": "r+t"}
        file.write_text(json.dumps(person | {"token_uri": f"{tokens.url}/token"}))
        head = await _listed_from_google({"HOME": str(tmp_path)})
    assert "\r\nAuthorization: Bearer the-token\r\n" in head
    asked, form = tokens.requests[0]
    assert asked.startswith("POST /token HTTP/1.1\r\n")
    assert form == "client_id=id&client_secret=s%26c&refresh_token=r%2Bt&grant_type=refresh_token"


def test_keys_of_google_of_another_type_are_a_wrong_setting():
    keys = json.dumps({"type": "external_account", "audience": "secret"})
    with pytest.raises(InvalidSetting, match="a type that is not known here: 'external_account'") as error:
        client(parse_bucket("gs://films"), {"GOOGLE_SERVICE_ACCOUNT_KEY": keys})
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("name", ["GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_APPLICATION_CREDENTIALS"])
def test_keys_of_google_that_are_not_where_they_are_said_to_be_are_a_wrong_setting(name):
    with pytest.raises(InvalidSetting, match=r"^gs://films: Google's keys cannot be read"):
        client(parse_bucket("gs://films"), {name: "/no/such/file"})


@pytest.mark.gen_test
async def test_links_of_a_machine_are_signed_by_google(monkeypatch):
    account = "/computeMetadata/v1/instance/service-accounts/default"
    contents = {
        f"{account}/token": json.dumps(TOKEN).encode(),
        f"{account}/email": b"films@cinema.test",
        "/films@cinema.test:signBlob": json.dumps({"signedBlob": base64.b64encode(b"signed").decode()}).encode(),
    }
    async with Answers(contents) as google:
        monkeypatch.setattr(google_identity, "_SIGNERS", google.url)
        store = client(parse_bucket("gs://films"), {"GCE_METADATA_HOST": f"127.0.0.1:{google.port}"})
        link = urlsplit(await store.link("a//b.mp4", 60.0))
        store.close()
    query = parse_qs(link.query)
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://storage.googleapis.com/films/a//b.mp4"
    assert query["X-Goog-Credential"][0].startswith("films@cinema.test/")
    assert bytes.fromhex(query["X-Goog-Signature"][0]) == b"signed"
    asked, content = google.requests[-1]
    assert "\r\nAuthorization: Bearer the-token\r\n" in asked
    assert base64.b64decode(json.loads(content)["payload"]).startswith(b"GOOG4-RSA-SHA256\n")


@pytest.mark.gen_test
async def test_an_app_service_of_azure_has_a_token():
    async with Answers({"/msi": json.dumps(TOKEN | {"expires_in": "3600"}).encode()}) as metadata:
        environment = {"IDENTITY_ENDPOINT": f"{metadata.url}/msi", "IDENTITY_HEADER": "the-header"}
        head = await _listed_from_azure(environment)
    assert "\r\nAuthorization: Bearer the-token\r\n" in head
    asked = metadata.requests[0][0]
    assert asked.startswith("GET /msi?api-version=2019-08-01&resource=https%3A%2F%2Fstorage.azure.com HTTP/1.1\r\n")
    assert "\r\nX-IDENTITY-HEADER: the-header\r\n" in asked


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("proof", "proved"),
    [
        ({"AZURE_CLIENT_SECRET": "s&c"}, (["s&c"], None)),
        ({"AZURE_FEDERATED_TOKEN_FILE": "token"}, (None, ["the-assertion"])),
    ],
)
async def test_an_application_of_azure_has_a_token(tmp_path, monkeypatch, proof, proved):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "token").write_text("the-assertion\n")
    async with Answers({"/tenant/oauth2/v2.0/token": json.dumps(TOKEN).encode()}) as authority:
        environment = {"AZURE_CLIENT_ID": "id", "AZURE_TENANT_ID": "tenant", "AZURE_AUTHORITY_HOST": authority.url}
        head = await _listed_from_azure(environment | proof)
    form = parse_qs(authority.requests[0][1])
    assert "\r\nAuthorization: Bearer the-token\r\n" in head
    assert (form["client_id"], form["scope"]) == (["id"], ["https://storage.azure.com/.default"])
    assert (form.get("client_secret"), form.get("client_assertion")) == proved


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"no JSON", StoreFault),
        (b"[]", StoreFault),
        (b"{}", StoreFault),
        (b'{"access_token": "t"}', StoreFault),
        (b'{"access_token": "t", "expires_in": -1}', StoreFault),
        (b'{"access_token": "t\\r\\nHost: x", "expires_in": 60}', StoreFault),
        (b"x" * 100_000, StoreFault),
    ],
)
async def test_what_is_no_token_goes_into_no_request(answer, error):
    path = "/computeMetadata/v1/instance/service-accounts/default/token"
    async with Answers({path: answer}) as metadata:
        store = client(parse_bucket("gs://films"), {"GCE_METADATA_HOST": f"127.0.0.1:{metadata.port}"})
        with pytest.raises(error):
            await store.status("a.mp4")
        store.close()


@pytest.mark.gen_test
async def test_a_token_file_that_is_missing_is_told():
    environment = {"AZURE_CLIENT_ID": "id", "AZURE_TENANT_ID": "t", "AZURE_FEDERATED_TOKEN_FILE": "/no/such/file"}
    with pytest.raises(StoreRefused, match="/no/such/file cannot be read"):
        await client(parse_bucket("az://cinema/films"), environment).status("a.mp4")


@pytest.mark.gen_test
async def test_what_a_machine_tells_of_itself_comes_by_no_proxy():
    path = "/computeMetadata/v1/instance/service-accounts/default/token"
    async with Answers({path: json.dumps(TOKEN).encode()}) as metadata:
        environment = {"GCE_METADATA_HOST": f"127.0.0.1:{metadata.port}", "HTTP_PROXY": "http://127.0.0.1:1"}
        head = await _listed_from_google(environment | {"NO_PROXY": "localhost"}, host="localhost")
    assert "\r\nAuthorization: Bearer the-token\r\n" in head


def test_the_key_of_a_service_account_alone_takes_another_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)  # as if it were not installed
    for location in ("s3://films", "az://cinema/films", "gs://films"):
        client(parse_bucket(location), {}).close()
    with pytest.raises(InvalidSetting, match=r"^gs://films needs more to be installed: pip install '.\[cloud\]'$"):
        client(parse_bucket("gs://films"), {"GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps({"private_key": "key"})})
