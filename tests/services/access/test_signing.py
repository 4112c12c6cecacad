import pytest

from services.access.signing import Signer, derived_key

SIGNER = Signer(bytes(32))


def test_a_signature_is_of_its_purpose_its_parts_and_its_key_alone():
    signature = SIGNER.signature("ticket", "f", 7)
    assert SIGNER.verifies(signature, "ticket", "f", 7)
    assert not SIGNER.verifies(signature, "session", "f", 7)
    assert not SIGNER.verifies(signature, "ticket", "f", 8)
    assert not SIGNER.verifies(signature, "ticket", "f7")
    assert not Signer(b"1" * 32).verifies(signature, "ticket", "f", 7)


@pytest.mark.parametrize("signature", ["", "é" * 22, "A" * 21, "A" * 22, "A" * 23])
def test_no_other_text_is_a_signature(signature):
    assert not SIGNER.verifies(signature, "ticket", "f", 7)


def test_a_signature_may_stand_in_a_url_whatever_the_name_of_the_film_is():
    assert SIGNER.signature("ticket", "Amélie/\udcff.mp4").replace("-", "").replace("_", "").isalnum()


def test_servers_with_the_same_password_and_secret_share_the_key():
    assert derived_key("open sesame", "x") == derived_key("open sesame", "x")
    assert len({derived_key(*each) for each in (("a",), ("b",), ("a", "x"), ("a", "y"))}) == 4
