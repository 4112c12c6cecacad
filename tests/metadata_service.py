"""The services from which machines of AWS get keys for their roles: metadata of an instance or a container, and STS."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROLE = "film-reader"
_SECRET_OF_INSTANCE = "the-token-of-imds-v2"
_SECRET_OF_CONTAINER = "the-token-of-the-container"
WEB_IDENTITY = "the-token-of-the-web-identity"


class MetadataService:
    """``keys`` are given out to whoever asks as he must: (id, secret, session token). They last for ``lasting_s``."""

    def __init__(self, keys: tuple[str, str, str]) -> None:
        self.keys = keys
        self.lasting_s = 3600.0
        self.wants_token = True  # of a container
        self.requests: list[str] = []
        self.url = ""

    def environment_of_instance(self) -> dict[str, str]:
        return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": self.url}

    def environment_of_container(self, folder: Path) -> dict[str, str]:
        token = folder / "container-token"
        token.write_text(_SECRET_OF_CONTAINER)
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.url}/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token),
        }

    def environment_of_web_identity(self, folder: Path, authorities: Path) -> dict[str, str]:
        token = folder / "web-identity"
        token.write_text(WEB_IDENTITY)
        return {
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
            "AWS_ROLE_ARN": f"arn:aws:iam::123456789012:role/{ROLE}",
            "AWS_ENDPOINT_URL_STS": self.url,
            "AWS_CA_BUNDLE": str(authorities),
        }

    def answer(self, method: str, target: str, fields: dict[str, str], content: bytes) -> bytes | None:
        """The content of the answer; None if the request is refused."""
        path = urlsplit(target).path
        match method, path:
            case "PUT", "/latest/api/token" if "x-aws-ec2-metadata-token-ttl-seconds" in fields:
                return _SECRET_OF_INSTANCE.encode()
            case "GET", "/latest/meta-data/iam/security-credentials/" if self._is_instance(fields):
                return ROLE.encode()
            case "GET", "/latest/meta-data/iam/security-credentials/film-reader" if self._is_instance(fields):
                return self._credentials()
            case "GET", "/container" if not self.wants_token or fields.get("authorization") == _SECRET_OF_CONTAINER:
                return self._credentials()
            case "POST", "/":
                return self._assumed(parse_qs(content.decode("ascii")))
        return None

    def _is_instance(self, fields: dict[str, str]) -> bool:
        return fields.get("x-aws-ec2-metadata-token") == _SECRET_OF_INSTANCE

    def _expiration(self) -> str:
        return (datetime.now(UTC) + timedelta(seconds=self.lasting_s)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _credentials(self) -> bytes:
        key, secret, token = self.keys
        fields = {"AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": self._expiration()}
        return json.dumps(fields | {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": self._expiration()}).encode()

    def _assumed(self, form: dict[str, list[str]]) -> bytes | None:
        if form.get("Action") != ["AssumeRoleWithWebIdentity"] or form.get("WebIdentityToken") != [WEB_IDENTITY]:
            return None
        key, secret, token = self.keys
        return (
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
            f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
            f"<SessionToken>{token}</SessionToken><Expiration>{self._expiration()}</Expiration>"
            "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
        ).encode()


@contextmanager
def metadata_service(
    keys: tuple[str, str, str], certificate: tuple[Path, Path] | None = None
) -> Iterator[MetadataService]:
    """Over TLS where there is a ``certificate``, with its key."""
    service = MetadataService(keys)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(service))
    server.daemon_threads = True
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    service.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        yield service
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _handler_of(service: MetadataService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.requests.append(f"{self.command} {urlsplit(self.path).path}")
            fields = {name.lower(): value for name, value in self.headers.items()}
            asked = self.rfile.read(int(fields.get("content-length", "0")))
            content = service.answer(self.command, self.path, fields, asked)
            self.send_response(403 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        do_PUT = do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    return Handler
