import json

import pytest

from services.storage.cloud.google_keys import has_private_key

ACCOUNT = json.dumps({"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----"})
PERSON = json.dumps({"type": "authorized_user", "refresh_token": "token"})


def test_a_key_in_the_environment_itself_is_one():
    assert has_private_key({"GOOGLE_SERVICE_ACCOUNT_KEY": ACCOUNT})


@pytest.mark.parametrize("name", ["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_APPLICATION_CREDENTIALS"])
@pytest.mark.parametrize(("text", "has"), [(ACCOUNT, True), (PERSON, False), ("no JSON", False), ("[]", False)])
def test_of_a_file_it_depends_on_whose_keys_it_has(tmp_path, name, text, has):
    file = tmp_path / "keys.json"
    file.write_text(text)
    assert has_private_key({name: str(file)}) == has


def test_where_there_is_nothing_there_is_no_key(tmp_path):
    assert not has_private_key({})
    assert not has_private_key({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "none.json")})
