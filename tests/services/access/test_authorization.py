import pytest

from services.access.authorization import password_in


@pytest.mark.parametrize(
    ("field", "password"),
    [
        ("Basic YW5uOm9wZW4gc2VzYW1l", "open sesame"),  # ann:open sesame
        ("basic  OmE6Yg==", "a:b"),  # :a:b
        ("BASIC OmE6Yg", "a:b"),
        ("Basic OsOp", "é"),  # :é in UTF-8
        ("Basic Og==", ""),
        ("Bearer open sesame", "open sesame"),
        ("bearer \t x ", "x"),
        ("", None),
        ("Basic", None),
        ("Bearer ", None),
        ("Basic YW5u", None),  # ann, without a colon
        ("Basic !!!!", None),
        ("Basic Ouk=", None),  # :é in Latin-1
        ("Digest YW5uOm9wZW4gc2VzYW1l", None),
        ("YW5uOm9wZW4gc2VzYW1l", None),
    ],
)
def test_the_password_is_read_from_basic_and_bearer(field, password):
    assert password_in(field) == password
