"""Reads AWS settings from where AWS's own tools do: the environment, then the profiles in ~/.aws.

If there are no keys in either, the keys of a role are used (aws_roles.py).
"""

from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path

from services.errors import InvalidSetting

# Our names; then the names in the environment and in the files, in order of precedence.
_KEYS = {
    "access_key_id": ("AWS_ACCESS_KEY_ID", "aws_access_key_id"),
    "secret_access_key": ("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key"),
    "session_token": ("AWS_SESSION_TOKEN", "aws_session_token"),
}
_OTHERS = {
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION", "region"),
    "endpoint": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "endpoint_url"),
    "endpoint_url_sts": ("AWS_ENDPOINT_URL_STS",),
    "web_identity_token_file": ("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file"),
    "role_arn": ("AWS_ROLE_ARN", "role_arn"),
    "role_session_name": ("AWS_ROLE_SESSION_NAME", "role_session_name"),
    "container_credentials_relative_uri": ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",),
    "container_credentials_full_uri": ("AWS_CONTAINER_CREDENTIALS_FULL_URI",),
    "container_authorization_token_file": ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",),
    "metadata_endpoint": ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint"),
}

# Settings of a profile that lead to keys in ways that are not supported here.
_NOT_KNOWN = {
    "credential_process",
    "credential_source",
    "login_session",
    "source_profile",
    "sso_session",
    "sso_start_url",
}


def aws_keys(profile: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    """The current keys, by our names; empty if a role's keys are to be used. Raises InvalidSetting.

    The keys of ``profile`` go before those of the environment. None stands for the profile of AWS_PROFILE, or
    "default"; the environment goes before its keys. Reads files, so it may block.
    """
    in_files = _profile(profile or environment.get("AWS_PROFILE"), environment)
    places = [in_files, environment] if profile else [environment, in_files]
    # All keys must come from the same place: an id from one and a secret from another do not match.
    keys = next(filter(None, (_found(_KEYS, place) for place in places)), {})
    if not keys and (ways := _NOT_KNOWN & in_files.keys()):
        raise InvalidSetting(
            f"an AWS profile with {min(ways)} is not known here; 'aws configure export-credentials' has keys for it"
        )
    if keys and not {"access_key_id", "secret_access_key"} <= keys.keys():
        raise InvalidSetting("AWS keys are both an access key id and a secret access key, and not all is given")
    return keys


def aws_settings(profile: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    """All settings except the keys, by our names. Raises InvalidSetting."""
    return _found(_OTHERS, {**environment, **_profile(profile or environment.get("AWS_PROFILE"), environment)})


def _found(names: Mapping[str, tuple[str, ...]], values: Mapping[str, str]) -> dict[str, str]:
    return {
        ours: next(values[each] for each in theirs if values.get(each))
        for ours, theirs in names.items()
        if any(values.get(each) for each in theirs)
    }


def _profile(named: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    home = Path(environment.get("HOME", "~")) / ".aws"
    name = named or "default"
    config = _section(
        environment.get("AWS_CONFIG_FILE") or home / "config", name if name == "default" else f"profile {name}"
    )
    credentials = _section(environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials", name)
    if named and not config and not credentials:
        raise InvalidSetting(f"AWS profile {named!r} is not in {home}")
    return config | credentials


def _section(file: str | Path, section: str) -> dict[str, str]:
    parser = ConfigParser(interpolation=None, default_section="")
    try:
        parser.read(Path(file).expanduser(), "utf-8")
    except RuntimeError:  # the user has no home directory, so there are no files
        return {}
    except (OSError, ConfigError, UnicodeDecodeError) as error:
        raise InvalidSetting(f"{file} cannot be read") from error
    return dict(parser[section]) if parser.has_section(section) else {}
