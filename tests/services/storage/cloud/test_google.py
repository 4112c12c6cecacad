"""What a service account's key signs, checked by its public half, and against links that obstore signs."""

import asyncio
import base64
import json
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import obstore
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from obstore.store import GCSStore

from services.errors import InvalidSetting
from services.storage.cloud.open_bucket import client
from services.storage.locations import parse_bucket
from tests.key_store import KeyStore, Stored

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _account(**more):
    account = {"client_email": "films@cinema.test", "private_key_id": "1", "private_key": _pem(KEY)}
    return account | more


def _decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.gen_test
async def test_requests_carry_a_token_that_the_key_signed():
    async with KeyStore({b"a//b.mp4": Stored(b"film")}) as server:
        heads = []
        server.listing = lambda token: (heads.append(server.heads[-1]), server.page(token))[1]
        account = json.dumps(_account(gcs_base_url=server.url))
        google = client(parse_bucket("gs://films"), {"GOOGLE_SERVICE_ACCOUNT_KEY": account})
        assert [status.key async for status in google.objects(lambda key: True)] == ["a//b.mp4"]
        google.close()
    (token,) = [line.removeprefix("Authorization: Bearer ") for line in heads[0].split("\r\n") if "Bearer" in line]
    head, claims, signature = token.split(".")
    KEY.public_key().verify(_decoded(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
    assert json.loads(_decoded(head)) == {"alg": "RS256", "typ": "JWT", "kid": "1"}
    claims = json.loads(_decoded(claims))
    assert claims["iss"] == claims["sub"] == "films@cinema.test"
    assert claims["scope"] == "https://www.googleapis.com/auth/devstorage.read_only"
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) < 60


@pytest.mark.gen_test
@pytest.mark.parametrize("key", ["a.mp4", "a b~.mp4", "Фильм.mp4"])
async def test_a_link_is_the_one_that_obstore_signs_where_it_encodes_names_rightly(key):
    google = client(parse_bucket("gs://films/sub"), {"GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps(_account())})
    theirs = GCSStore("films", prefix="sub", service_account_key=json.dumps(_account()))
    for _ in range(10):  # until both are made in the same second
        link = await google.link(key, 60.0)
        same = await obstore.sign_async(theirs, "GET", key, timedelta(seconds=60))
        fields, others = parse_qs(urlsplit(link).query), parse_qs(urlsplit(same).query)
        if fields["X-Goog-Date"] == others["X-Goog-Date"]:
            break
        await asyncio.sleep(0)
    assert fields == others
    assert urlsplit(link)[:3] == urlsplit(same)[:3]


@pytest.mark.parametrize(
    "key",
    [
        "no key",
        "-----BEGIN PRIVATE KEY-----\nbm8=\n-----END PRIVATE KEY-----\n",
        _pem(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["no PEM", "no DER", "no RSA"],
)
def test_a_key_that_cannot_sign_is_a_wrong_setting_and_not_shown(key):
    account = json.dumps(_account(private_key=key))
    with pytest.raises(InvalidSetting, match=r"^gs://films: the service account's private key") as error:
        client(parse_bucket("gs://films"), {"GOOGLE_SERVICE_ACCOUNT_KEY": account})
    assert key not in str(error.value)
