"""Against the examples that AWS publishes ("Signature Calculations for the Authorization Header", and "... Query
Parameters", in the reference of S3)."""

from datetime import UTC, datetime

import pytest

from services.storage.cloud.aws_signatures import AwsKeys, signed_fields, signed_link

KEYS = AwsKeys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
NOW = datetime(2013, 5, 24, tzinfo=UTC)
BUCKET = "https://examplebucket.s3.amazonaws.com"


@pytest.mark.parametrize(
    ("url", "fields", "signature"),
    [
        (
            f"{BUCKET}/test.txt",
            {"range": "bytes=0-9"},
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (f"{BUCKET}?lifecycle=", {}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        (f"{BUCKET}/?prefix=J&max-keys=2", {}, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_a_request_is_signed_by_its_fields(url, fields, signature):
    signed = signed_fields("GET", url, fields, KEYS, "us-east-1", NOW)
    assert signed["x-amz-date"] == "20130524T000000Z"
    assert signed["authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;"
    )
    assert signed["authorization"].endswith(f", Signature={signature}")


def test_a_link_is_signed_by_its_query():
    signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    assert signed_link(f"{BUCKET}/test.txt", KEYS, "us-east-1", 86400, NOW) == (
        f"{BUCKET}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
        f"&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
    )


def test_the_secret_is_not_shown():
    assert "wJalr" not in repr(KEYS)
