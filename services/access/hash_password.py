"""movie-streaming hash-password: prints the hash of a password, for PASSWORD or a --password-file.

Tested by tests/process/test_password.py.
"""

import sys
from getpass import getpass

from services.access.passwords import LONGEST_BYTES, PasswordHash
from services.errors import InvalidSetting


def hash_password() -> str:
    """The hash of what is typed, or of the first line of standard input. Raises InvalidSetting."""
    if sys.stdin.isatty():
        password = getpass("Password: ")
        if getpass("Once more: ") != password:
            raise InvalidSetting("hash-password: the two are not the same")
    else:
        password = sys.stdin.readline(LONGEST_BYTES + 1).rstrip("\r\n")
    if not password:
        raise InvalidSetting("hash-password: type a password, or give it as the first line of standard input")
    return str(PasswordHash.of(password))
