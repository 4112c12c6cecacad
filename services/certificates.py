"""TLS of the server's own: a certificate and its key in PEM files, which are read again when they change."""

import asyncio
import logging
import ssl
from pathlib import Path

from services.errors import InvalidSetting
from services.threads import Threads

CHECK_S = 30.0

_MOST_BYTES = 1024 * 1024  # of a file with a certificate and all that vouch for it
_log = logging.getLogger(__name__)
_Versions = tuple[tuple[int, int, int], ...]


class Certificates:
    """``context`` is for connections that are accepted now. Those that are there keep theirs.

    Raises InvalidSetting, whose text is one line.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate = certificate
        self._key = key
        self._seen = self._versions()
        self.context = _context(certificate, key)
        self._threads = Threads("certificates", most=1)

    async def stay_fresh(self, check_s: float = CHECK_S) -> None:
        """Looks at the files every ``check_s``, until it is cancelled. What cannot be used changes nothing: whoever
        renews them may have written only one so far."""
        told = ""
        while True:
            await asyncio.sleep(check_s)
            try:
                self.context = await self._threads.ask(self._renewed)
                told = ""
            except InvalidSetting as error:
                if told != str(error):
                    told = str(error)
                    _log.warning("the certificate was not renewed: %s", told)

    def close(self) -> None:
        self._threads.close()

    def _renewed(self) -> ssl.SSLContext:
        """The context for the files as they are now. Raises InvalidSetting."""
        versions = self._versions()
        if versions == self._seen:
            return self.context
        context = _context(self._certificate, self._key)
        self._seen = versions
        _log.info("the certificate was renewed")
        return context

    def _versions(self) -> _Versions:
        return _version(self._certificate, "--certificate"), _version(self._key, "--key")


def _version(file: Path, option: str) -> tuple[int, int, int]:
    try:
        status = file.stat()
    except OSError as error:
        raise InvalidSetting(f"{option}: cannot read {file}: {error.strerror}") from error
    return status.st_ino, status.st_size, status.st_mtime_ns


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    if b"-----BEGIN CERTIFICATE-----" not in _content(certificate, "--certificate"):
        raise InvalidSetting(f"--certificate: there is no certificate in {certificate}; it has to be in PEM format")
    private = _content(key, "--key")
    if b"PRIVATE KEY-----" not in private:
        raise InvalidSetting(f"--key: there is no key in {key}; say in which file it is, in PEM format")
    if b"ENCRYPTED" in private:
        raise InvalidSetting(f"--key: the key in {key} is encrypted; openssl pkey -in {key} writes it without")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise InvalidSetting(f"--key: {key} is not the key of the certificate in {certificate}") from error
        reason = (error.reason or "damaged").replace("_", " ").lower()
        raise InvalidSetting(f"--certificate: {certificate} and {key} cannot be used: {reason}") from error
    except OSError as error:
        raise InvalidSetting(f"--certificate: cannot read {certificate}: {error.strerror}") from error
    return context


def _content(file: Path, option: str) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_BYTES)
    except OSError as error:
        raise InvalidSetting(f"{option}: cannot read {file}: {error.strerror}") from error
