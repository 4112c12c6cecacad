"""The lock that the settings ask for, and what the start has to say about it.

Tested by tests/process/test_password.py.
"""

import logging
from collections.abc import Mapping
from secrets import choice

from services.access.access import Access
from services.access.passwords import Password
from services.access.signing import Signer, derived_key
from services.errors import InvalidSetting
from services.settings import Settings

_log = logging.getLogger(__name__)

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that looks like another
_GROUPS, _GROUP_CHARS = 4, 4  # 80 bits


def configured_access(settings: Settings, environment: Mapping[str, str], *, is_reachable: bool) -> Access:
    """``is_reachable``: the server listens where others than this machine may ask. Raises InvalidSetting.

    On Render everybody may. So there the server makes up a password rather than have none by mistake.
    """
    text = _password_of(settings)
    if settings.user_header and not (settings.trust_proxy and text):
        raise InvalidSetting(
            "--user-header: say --trust-proxy, too, with the address of the proxy alone, and set a password for those"
            " who come another way"
        )
    if not text and environment.get("RENDER") and not settings.open:
        text = _made_up()
        _log.warning("the password of this server is %s: it was made up for this start, as none was set", text)
        _log.warning("set your own by PASSWORD in its environment on Render, or OPEN=yes to have none")
    if not text:
        if is_reachable and not settings.open:
            _log.warning("there is no password: whoever can reach this server may watch and download everything")
            _log.warning("set one by --password-file (PASSWORD in the environment), or say --open if you mean it so")
        return Access()
    try:
        password = Password(text)
    except ValueError as error:
        raise InvalidSetting(f"{'--password-file' if settings.password_file else 'PASSWORD'}: {error}") from error
    return Access(password, Signer(derived_key(text, settings.secret)), user_header=settings.user_header)


def _password_of(settings: Settings) -> str:
    text = settings.password_file or settings.password
    if settings.password_file and settings.password:
        raise InvalidSetting("--password-file: PASSWORD is set, too; say the password in one place")
    if text and settings.open:
        raise InvalidSetting("--open: there is a password, too; take away the one or the other")
    return text


def _made_up() -> str:
    return "-".join("".join(choice(_LETTERS) for _ in range(_GROUP_CHARS)) for _ in range(_GROUPS))
