import asyncio
import shutil
import subprocess

import pytest

from services.certificates import Certificates
from services.errors import InvalidSetting
from tests.needs import need


def _make(folder, name):
    """A certificate of ``name``, and its key."""
    folder.mkdir()
    files = folder / "cert.pem", folder / "key.pem"
    command = [need("openssl"), "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-subj", f"/CN={name}", "-keyout", files[1], "-out", files[0]]
    subprocess.run(command, check=True, capture_output=True)
    return files


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return _make(tmp_path_factory.mktemp("tls") / "one", "one.example")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return _make(tmp_path_factory.mktemp("tls") / "other", "other.example")


def _complaint(certificate, key):
    with pytest.raises(InvalidSetting) as refused:
        Certificates(certificate, key)
    text = str(refused.value)
    assert "\n" not in text
    return text


def test_the_key_may_be_in_the_file_of_the_certificate(one, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(one[0].read_bytes() + one[1].read_bytes())
    Certificates(both, both).close()


def test_files_that_cannot_be_used_get_one_line_that_says_which_and_why(one, other, tmp_path):
    empty, none = tmp_path / "empty.pem", tmp_path / "none.pem"
    empty.write_bytes(b"")
    assert _complaint(none, one[1]) == f"--certificate: cannot read {none}: No such file or directory"
    assert _complaint(one[0], none) == f"--key: cannot read {none}: No such file or directory"
    assert _complaint(tmp_path, one[1]) == f"--certificate: cannot read {tmp_path}: Is a directory"
    assert _complaint(empty, one[1]) == (
        f"--certificate: there is no certificate in {empty}; it has to be in PEM format"
    )
    assert _complaint(one[1], one[0]) == (
        f"--certificate: there is no certificate in {one[1]}; it has to be in PEM format"
    )
    assert _complaint(one[0], one[0]) == f"--key: there is no key in {one[0]}; say in which file it is, in PEM format"
    assert _complaint(one[0], other[1]) == f"--key: {other[1]} is not the key of the certificate in {one[0]}"


def test_an_encrypted_key_is_refused_without_asking_for_its_password(one, tmp_path):
    encrypted = tmp_path / "encrypted.pem"
    command = [need("openssl"), "pkey", "-in", one[1], "-out", encrypted, "-aes256", "-passout", "pass:word"]
    subprocess.run(command, check=True, capture_output=True)
    assert _complaint(one[0], encrypted) == (
        f"--key: the key in {encrypted} is encrypted; openssl pkey -in {encrypted} writes it without"
    )


def test_a_damaged_certificate_is_refused(one, tmp_path):
    damaged = tmp_path / "damaged.pem"
    damaged.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert _complaint(damaged, one[1]).startswith(f"--certificate: {damaged} and {one[1]} cannot be used: ")


@pytest.fixture
def files(one, tmp_path):
    """Files of a certificate and its key, which a test may change."""
    return [shutil.copy(each, tmp_path / each.name) for each in one]


async def _renewing(certificates, until):
    """Lets the files be looked at until ``until`` answers True."""
    task = asyncio.create_task(certificates.stay_fresh(check_s=0.01))
    while not until():
        await asyncio.sleep(0.01)
    task.cancel()
    certificates.close()


@pytest.mark.gen_test
async def test_renewed_files_are_for_the_connections_that_come_then(files, other, caplog):
    caplog.set_level("INFO")
    certificates = Certificates(*files)
    before = certificates.context
    for new, old in zip(other, files, strict=True):
        shutil.copy(new, f"{old}.new")
        (old.parent / f"{old.name}.new").replace(old)
    await _renewing(certificates, lambda: certificates.context is not before)
    assert "the certificate was renewed" in caplog.messages


@pytest.mark.gen_test
async def test_until_both_files_are_renewed_the_old_certificate_stays(files, other, caplog):
    certificates = Certificates(*files)
    before = certificates.context
    shutil.copy(other[0], files[0])
    task = asyncio.create_task(certificates.stay_fresh(check_s=0.01))
    while not caplog.messages:
        await asyncio.sleep(0.01)
    assert certificates.context is before
    shutil.copy(other[1], files[1])
    while certificates.context is before:
        await asyncio.sleep(0.01)
    task.cancel()
    certificates.close()
    assert caplog.messages == [
        f"the certificate was not renewed: --key: {files[1]} is not the key of the certificate in {files[0]}"
    ]
