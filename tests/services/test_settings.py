import re
from dataclasses import fields
from pathlib import Path

import pytest

from services.errors import InvalidSetting
from services.http.sites import OtherSites
from services.packaging.offered import Conversions
from services.settings import Convert, Settings, parse_settings

GUIDE = Path(__file__).parents[2] / "docs/settings.md"


def test_without_anything_said_the_sample_is_served_on_this_machine_alone():
    settings = parse_settings([], {})
    assert [each.name for each in settings.assets] == ["assets"]
    assert (settings.host, settings.port, settings.grace_s) == ("127.0.0.1", 8000, 10.0)
    assert settings.zero_copy


def test_the_environment_goes_before_the_default(tmp_path):
    settings = parse_settings(
        [], {"ASSETS": str(tmp_path), "HOST": "0.0.0.0", "PORT": "10000", "GRACE": "2.5", "ZERO_COPY": "no"}
    )
    assert settings == Settings(assets=(tmp_path,), host="0.0.0.0", port=10000, grace_s=2.5, zero_copy=False)


def test_the_command_line_goes_before_the_environment(tmp_path):
    arguments = ["--assets", str(tmp_path), "--host=::1", "--port", "0", "--grace", "0", "--zero-copy", "No"]
    settings = parse_settings(arguments, {"ASSETS": "/nowhere", "HOST": "x", "PORT": "x", "GRACE": "x"})
    assert settings == Settings(assets=(tmp_path,), host="::1", port=0, grace_s=0.0, zero_copy=False)


def test_a_variable_that_is_set_to_nothing_is_not_set():
    assert parse_settings([], {"PORT": "", "HOST": ""}).port == 8000


def test_a_folder_in_the_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Movies").mkdir()
    assert parse_settings(["--assets", "~/Movies"], {}).assets == (tmp_path / "Movies",)


def test_yes_may_be_left_out():
    assert parse_settings(["--open", "--port", "1"], {}).open
    assert not parse_settings(["--open", "no"], {"OPEN": "yes"}).open


@pytest.mark.parametrize("text", ["auto", "sound", "all", "no", "ALL"])
def test_what_is_converted_is_said_in_a_word(text):
    assert parse_settings(["--convert", text], {}).convert is Convert(text.lower())
    with pytest.raises(InvalidSetting, match="--convert: say auto, sound, all or no, not 'pictures'"):
        parse_settings(["--convert", "pictures"], {})


@pytest.mark.parametrize(
    ("convert", "processors", "expected"),
    [
        (Convert.AUTO, 0.1, Conversions(sound=False, pictures=False)),  # as of a free instance
        (Convert.AUTO, 64, Conversions(sound=True, pictures=False)),
        (Convert.SOUND, 0.1, Conversions(sound=True, pictures=False)),
        (Convert.ALL, 0.1, Conversions(sound=True, pictures=True)),
        (Convert.NO, 64, Conversions(sound=False, pictures=False)),
    ],
)
def test_pictures_are_converted_only_where_the_operator_says_so(convert, processors, expected):
    assert convert.conversions(processors) == expected


def test_several_hosts_may_be_allowed():
    settings = parse_settings(["--allowed-hosts", "Films.example, *.films.example ,nas"], {"ALLOWED_HOSTS": "*"})
    assert settings.allowed_hosts == ("films.example", "*.films.example", "nas")


@pytest.mark.parametrize(
    ("arguments", "environment", "folder"),
    [
        ([], {}, "/home/ann/.cache/movie-streaming"),
        ([], {"XDG_CACHE_HOME": "/var/cache/ann"}, "/var/cache/ann/movie-streaming"),
        ([], {"XDG_CACHE_HOME": "relative, so to be ignored"}, "/home/ann/.cache/movie-streaming"),
        ([], {"XDG_CACHE_HOME": "/var/cache/ann", "CACHE": "~/films"}, "/home/ann/films"),
        (["--cache", "/srv/cache"], {"CACHE": "/elsewhere"}, "/srv/cache"),
    ],
)
def test_the_cache_is_the_users_unless_said_otherwise_and_need_not_be_there(
    arguments, environment, folder, monkeypatch
):
    monkeypatch.setenv("HOME", "/home/ann")
    assert parse_settings(arguments, environment).cache == Path(folder)


def test_other_sites_are_named_as_browsers_write_their_origins():
    settings = parse_settings(
        ["--other-sites", "HTTPS://Films.example:443/ ,http://[::1]:8000,http://bücher.example"], {}
    )
    assert settings.other_sites == OtherSites(
        origins=frozenset(("https://films.example", "http://[::1]:8000", "http://xn--bcher-kva.example"))
    )
    assert parse_settings(["--other-sites", "Yes"], {}).other_sites == OtherSites(all_=True)


@pytest.mark.parametrize(
    "text", ["*", "null", "films.example", "https://films.example/path", "https://a@b.example", ""]
)
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(InvalidSetting, match="--other-sites: say yes, no, or origins such as https://films"):
        parse_settings([f"--other-sites={text}"], {})


@pytest.mark.parametrize(
    ("arguments", "environment", "complaint"),
    [
        (["--port", "http"], {}, "--port: a port is a number from 0 to 65535, not 'http'"),
        (["--port", "65536"], {}, "--port: a port is a number from 0 to 65535, not '65536'"),
        (["--port", "-1"], {}, "--port: a port is a number from 0 to 65535, not '-1'"),
        (["--port", "8_000"], {}, "--port: a port is a number from 0 to 65535, not '8_000'"),
        ([], {"PORT": "http"}, "PORT: a port is a number from 0 to 65535, not 'http'"),
        (["--grace", "soon"], {}, "--grace: a time is a number of seconds from 0 to 86400, not 'soon'"),
        (["--grace", "nan"], {}, "--grace: a time is a number of seconds from 0 to 86400, not 'nan'"),
        (["--grace", "-1"], {}, "--grace: a time is a number of seconds from 0 to 86400, not '-1'"),
        (["--max-viewers", "many"], {}, "--max-viewers: a number is needed, 0 for no limit of its own, not 'many'"),
        ([], {"MAX_PER_ADDRESS": "-1"}, "MAX_PER_ADDRESS: a number is needed, 0 for no limit of its own, not '-1'"),
        (["--zero-copy", "maybe"], {}, "--zero-copy: say yes or no, not 'maybe'"),
        (["--grace", "1_0"], {}, "--grace: a time is a number of seconds from 0 to 86400, not '1_0'"),
        (
            ["--allowed-hosts", "localhost,https://x"],
            {},
            "--allowed-hosts: a host is a name without scheme and port, such as films.example.org, not 'https://x'",
        ),
        (
            [],
            {"OTHER_SITES": "some"},
            "OTHER_SITES: say yes, no, or origins such as https://films.example.org, not 'some'",
        ),
        (["--cache", __file__], {}, f"--cache: no folder: {__file__}"),
        (["--assets", ""], {}, "--assets: no such folder: "),
        (["--assets", "~nobody-of-this-name/x"], {}, "--assets: no such folder: ~nobody-of-this-name/x"),
        (["--assets", "x" * 300], {}, f"--assets: no such folder: {'x' * 300}"),
        (["--host", ""], {}, "--host: an address or host name is needed, such as 127.0.0.1 or 0.0.0.0"),
        (["--assets", "/no/such/folder"], {}, "--assets: no such folder: /no/such/folder"),
        ([], {"ASSETS": "/no/such/folder"}, "ASSETS: no such folder: /no/such/folder"),
        (["--assets", __file__], {}, f"--assets: no such folder: {__file__}"),
        (["--volume", "11"], {}, "unrecognized arguments: --volume 11 (--help lists the settings)"),
        (["--port"], {}, "argument --port: expected one argument (--help lists the settings)"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting_and_what_would_be_right(arguments, environment, complaint):
    with pytest.raises(InvalidSetting) as raised:
        parse_settings(arguments, environment)
    assert str(raised.value) == complaint


def test_the_table_in_the_readme_is_what_the_settings_are():
    rows = re.findall(r"^\| (?:`--([\w-]+)` )?\| `(\w+)` \| `([^`]+)` \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    written = {
        (
            each.metadata["option"] if each.metadata["on_command_line"] else "",
            each.metadata["option"].upper().replace("-", "_"),
            each.metadata["default"].rpartition("/")[2] or "none",
        )
        for each in fields(Settings)
    }
    assert set(rows) == written
