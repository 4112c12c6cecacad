"""Keys that expire: what is sent to the store, and what viewers and the operator are told when they have expired."""

from contextlib import suppress

import pytest

from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import FINE, KEY, Fault, FaultyStore
from tests.films import telling_bytes
from tests.metadata_service import metadata_service
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(3_000_000)
URL = f"/videos/{KEY}"
RANGE = "Range: bytes=1500000-1500099"
KEYS = {"AWS_ACCESS_KEY_ID": "id-of-the-key", "AWS_SECRET_ACCESS_KEY": "secret-of-the-key"}
EXPIRED = Fault(
    status=400,  # as S3 has it
    document=b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>ExpiredToken</Code><Message>The provided token has '
    b"expired.</Message><Token-0>old/token+=</Token-0></Error>",
)


@pytest.fixture
def faulty(io_loop):
    store = FaultyStore(CONTENT)
    io_loop.run_sync(store.__aenter__)
    yield store
    io_loop.run_sync(store.__aexit__)


@pytest.fixture
def environment():
    """The environment, which says where the keys are."""
    return {**KEYS, "AWS_SESSION_TOKEN": "old/token+="}


@pytest.fixture
def options():
    return ""


@pytest.fixture
def store(faulty, environment, options, tmp_path):
    timing = remote_timing(others={"keys_fresh_s": 0.0}, recovery_s=0.3, status_fresh_s=0.0)
    surroundings = {"HOME": str(tmp_path), "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": faulty.url}
    return open_stores(parse_locations(f"s3://bucket{options}"), surroundings | environment, NO_URL, timing=timing)


def _refuse_old_token(faulty):
    """Makes the store refuse the old token from now on."""
    faulty.fault = lambda: EXPIRED if "X-Amz-Security-Token=old" in faulty.heads[-1] else FINE


async def _status_in_the_end(connection, wanted):
    """Asks again until the status is the wanted one, since keys are asked for at most ten times a second."""
    while (response := await connection.request("GET", URL, RANGE)).status != wanted:
        assert response.status == 502
    return response


@pytest.mark.gen_test
async def test_the_session_token_goes_with_every_request(connect, faulty):
    async with await connect() as connection:
        response = await connection.request("GET", URL, RANGE)
    listing, status, film = faulty.heads
    assert (response.status, response.content) == (206, CONTENT[1500000:1500100])
    assert "\r\nx-amz-security-token: old/token+=\r\n" in listing
    assert "\r\nx-amz-security-token: old/token+=\r\n" in status
    assert "&X-Amz-Security-Token=old%2Ftoken%2B%3D&" in film


@pytest.mark.gen_test
async def test_expired_keys_are_told_to_the_operator_and_not_to_the_viewer(connect, faulty, caplog):
    faulty.fault = lambda: EXPIRED
    async with await connect() as connection:
        response = await connection.request("GET", URL, RANGE)
    assert (response.status, response.content) == (502, b"502 Bad Gateway\n")
    assert "ExpiredToken: the session token has expired; new keys are needed" in caplog.text
    for secret in ("old/token", "old%2Ftoken", "secret-of-the-key", "X-Amz-Signature"):
        assert secret not in caplog.text


@pytest.mark.gen_test
async def test_a_film_whose_keys_expire_while_it_is_sent_is_cut_off(connect, faulty, caplog):
    faults = iter([Fault(cut_after=200_000)])
    faulty.fault = lambda: next(faults, EXPIRED)
    async with await connect() as connection:
        await connection.send(b"GET %s HTTP/1.1\r\nHost: test\r\nRange: bytes=1500000-1999999\r\n\r\n" % URL.encode())
        status, _ = await connection.response_head()
        content = b""
        with suppress(ConnectionResetError):
            while part := await connection.reader.read(65536):
                content += part
    assert status == 206
    assert len(content) < 500_000
    assert content == CONTENT[1_500_000 : 1_500_000 + len(content)]
    assert "ExpiredToken: the session token has expired; new keys are needed" in caplog.text


class TestFiles:
    """Keys of a profile, in a file that another program rewrites."""

    @pytest.fixture
    def environment(self, tmp_path, monkeypatch):
        monkeypatch.setenv("AWS_SESSION_TOKEN", "token-of-other-keys")  # obstore would use it with other keys
        (tmp_path / ".aws").mkdir()
        self._write(tmp_path, "old")
        return {**KEYS, "AWS_SESSION_TOKEN": "token-of-other-keys"}

    @pytest.fixture
    def options(self):
        return "?profile=films"

    @staticmethod
    def _write(tmp_path, token):
        keys = "[films]\naws_access_key_id = id\naws_secret_access_key = secret\n"
        (tmp_path / ".aws/credentials").write_text(f"{keys}aws_session_token = {token}\n" if token else keys)

    @pytest.mark.gen_test
    async def test_when_they_are_renewed_the_film_is_sent_again(self, connect, faulty, tmp_path):
        async with await connect() as connection:
            before = await connection.request("GET", URL, RANGE)
            _refuse_old_token(faulty)
            refused = await connection.request("GET", URL, RANGE)
            self._write(tmp_path, "new")
            again = await _status_in_the_end(connection, 206)
        assert (before.status, refused.status) == (206, 502)
        assert again.content == CONTENT[1500000:1500100]

    @pytest.mark.gen_test
    async def test_keys_that_have_no_session_token_get_none_from_elsewhere(self, connect, faulty, tmp_path):
        self._write(tmp_path, None)
        _refuse_old_token(faulty)
        async with await connect() as connection:
            await _status_in_the_end(connection, 206)
        assert "oken" not in faulty.heads[-1]
        assert "token-of-other-keys" not in "".join(faulty.heads)


class TestRole:
    """Keys of an instance's role, which are nearly expired."""

    @pytest.fixture
    def metadata(self):
        with metadata_service(("id", "secret", "old")) as metadata:
            metadata.lasting_s = 60.0
            yield metadata

    @pytest.fixture
    def environment(self, metadata):
        return metadata.environment_of_instance()

    @pytest.mark.gen_test
    async def test_when_they_are_renewed_the_film_is_sent_again(self, connect, faulty, metadata):
        async with await connect() as connection:
            before = await connection.request("GET", URL, RANGE)
            _refuse_old_token(faulty)
            refused = await connection.request("GET", URL, RANGE)
            metadata.keys = ("id", "secret", "new")
            again = await _status_in_the_end(connection, 206)
        assert (before.status, refused.status) == (206, 502)
        assert again.content == CONTENT[1500000:1500100]
