from pathlib import Path

import pytest

from services.errors import InvalidSetting
from services.storage.cloud.aws_settings import aws_keys, aws_settings

IN_ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e", "AWS_SESSION_TOKEN": "t"}
DEFAULT = {"access_key_id": "D", "secret_access_key": "d", "region": "eu-west-1"}
HOME = {"access_key_id": "H", "secret_access_key": "h", "region": "auto", "endpoint": "https://s3.example.com"}


@pytest.fixture
def environment(tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/credentials").write_text(
        "[default]\naws_access_key_id = D\naws_secret_access_key = d\n"
        "[home]\naws_access_key_id = H\naws_secret_access_key = h\n"
    )
    (tmp_path / ".aws/config").write_text(
        "[default]\nregion = eu-west-1\n[profile home]\nregion = auto\nendpoint_url = https://s3.example.com\n"
    )
    return {"HOME": str(tmp_path)}


def _found(profile, environment):
    return aws_keys(profile, environment) | aws_settings(profile, environment)


def test_without_any_files_the_environment_says_all():
    assert _found(None, {**IN_ENVIRONMENT, "HOME": "/nowhere", "AWS_REGION": "auto", "AWS_PROFILE": ""}) == {
        "access_key_id": "E",
        "secret_access_key": "e",
        "session_token": "t",
        "region": "auto",
    }


def test_the_default_profile_is_taken_where_the_environment_has_no_keys(environment):
    assert _found(None, environment) == DEFAULT


def test_keys_of_the_environment_go_before_those_of_the_default_profile_as_a_whole(environment):
    settings = _found(None, {**environment, **IN_ENVIRONMENT})
    assert settings == {**DEFAULT, "access_key_id": "E", "secret_access_key": "e", "session_token": "t"}


@pytest.mark.parametrize(("asked", "variable"), [("home", ""), (None, "home")])
def test_a_profile_that_is_named_is_taken(environment, asked, variable):
    assert _found(asked, {**environment, "AWS_PROFILE": variable}) == HOME


def test_a_profile_that_was_asked_for_goes_before_keys_of_the_environment(environment):
    assert _found("home", {**environment, **IN_ENVIRONMENT})["access_key_id"] == "H"


def test_the_files_may_be_elsewhere(environment, tmp_path):
    (tmp_path / "other").write_text("[default]\naws_access_key_id = O\naws_secret_access_key = o\n")
    elsewhere = {"HOME": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "other")}
    assert _found(None, elsewhere) == {"access_key_id": "O", "secret_access_key": "o"}


def test_a_profile_that_is_not_there_is_a_wrong_setting(environment):
    with pytest.raises(InvalidSetting, match="AWS profile 'gone'"):
        _found("gone", environment)


def test_a_file_that_cannot_be_understood_is_a_wrong_setting_and_not_shown(environment, tmp_path):
    (tmp_path / ".aws/credentials").write_text("aws_secret_access_key = d\n")
    with pytest.raises(InvalidSetting, match="cannot be read") as error:
        _found(None, environment)
    assert "= d" not in str(error.value)


@pytest.mark.parametrize("half", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
def test_half_of_the_keys_is_a_wrong_setting_and_not_shown(half):
    with pytest.raises(InvalidSetting, match="not all is given") as error:
        aws_keys(None, {"HOME": "/nowhere", half: "hidden"})
    assert "hidden" not in str(error.value)


@pytest.mark.parametrize("way", ["credential_process = /bin/keys", "sso_session = company", "source_profile = default"])
def test_a_profile_that_needs_aws_own_tools_is_a_wrong_setting_unless_there_are_keys(environment, tmp_path, way):
    (tmp_path / ".aws/config").write_text(f"[profile work]\n{way}\n")
    with pytest.raises(InvalidSetting, match=way.partition(" ")[0]):
        aws_keys("work", environment)
    assert aws_keys("work", {**environment, **IN_ENVIRONMENT})["access_key_id"] == "E"


def test_a_user_without_a_home_has_no_files_and_keys_of_the_environment_serve(monkeypatch):
    def no_home(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", no_home)  # as where neither HOME nor the list of users has one
    assert _found(None, IN_ENVIRONMENT) == _found(None, {**IN_ENVIRONMENT, "HOME": "/nowhere"})
