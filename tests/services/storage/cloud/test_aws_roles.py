"""Films of a real S3, read with the keys of a role, as on a machine of AWS."""

import asyncio
import subprocess

import obstore
import pytest

from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import telling_bytes
from tests.metadata_service import metadata_service
from tests.needs import need
from tests.object_stores import ACCESS_KEY, BUCKET, SECRET_KEY

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(3_000_000)
KEYS = (ACCESS_KEY, SECRET_KEY, "")  # SeaweedFS knows no session tokens but its own


@pytest.fixture
def film_is_read(s3, tmp_path):
    """Whether the film is listed and read with nothing but what is in ``environment``."""
    obstore.put(s3.bucket(prefix=tmp_path.name), "film.mp4", CONTENT)

    def read(environment):
        surroundings = {"HOME": str(tmp_path), "AWS_ENDPOINT_URL": s3.endpoint, "AWS_REGION": "us-east-1"}
        store = open_stores(parse_locations(f"s3://{BUCKET}/{tmp_path.name}"), surroundings | environment, NO_URL)

        async def content(file):
            async with store.open(file, "video/mp4") as source:
                return await source.read(1_500_000, 65536, 2_999_999)

        files = asyncio.run(store.files(lambda name, beside: True))
        contents = [asyncio.run(content(file)) for file in files]
        store.close()
        return contents == [CONTENT[1_500_000:1_565_536]]

    return read


@pytest.fixture
def certificate(tmp_path):
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    names = ["-subj", "/CN=sts", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"]
    command = [need("openssl"), "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run([*command, *names, "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


def test_an_instance_has_the_keys_of_its_role(film_is_read):
    with metadata_service(KEYS) as metadata:
        assert film_is_read(metadata.environment_of_instance())
    assert metadata.requests == [
        "PUT /latest/api/token",
        "GET /latest/meta-data/iam/security-credentials/",
        "GET /latest/meta-data/iam/security-credentials/film-reader",
    ]


def test_a_container_has_the_keys_of_its_role(film_is_read, tmp_path):
    with metadata_service(KEYS) as metadata:
        assert film_is_read(metadata.environment_of_container(tmp_path))
    assert metadata.requests == ["GET /container"]


def test_a_container_may_ask_for_the_keys_of_its_role_without_a_token(film_is_read):
    with metadata_service(KEYS) as metadata:
        metadata.wants_token = False
        assert film_is_read({"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{metadata.url}/container"})
    assert metadata.requests == ["GET /container"]


def test_a_web_identity_has_the_keys_of_its_role(film_is_read, tmp_path, certificate):
    with metadata_service(KEYS, certificate) as sts:
        assert film_is_read(sts.environment_of_web_identity(tmp_path, certificate[0]))
    assert sts.requests == ["POST /"]


def test_keys_of_the_environment_go_before_those_of_a_role(film_is_read, s3):
    with metadata_service(("unknown", "unknown", "")) as metadata:
        assert film_is_read(s3.environment | metadata.environment_of_instance())
        assert not film_is_read(metadata.environment_of_instance())


def test_a_role_whose_keys_are_not_known_is_told_to_the_operator(film_is_read, caplog):
    with metadata_service(("unknown", "hidden-secret", "")) as metadata:
        assert not film_is_read(metadata.environment_of_instance())
    assert "cannot be listed: InvalidAccessKeyId: the store does not know this access key" in caplog.text
    assert "hidden-secret" not in caplog.text
