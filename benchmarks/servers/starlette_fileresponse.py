"""Starlette: FileResponse, on uvicorn with uvloop and httptools. Arguments: PORT FOLDER."""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route


def main(port: str, folder: str) -> None:
    async def film(request: Request) -> FileResponse:
        return FileResponse(Path(folder, request.path_params["name"]))

    uvicorn.run(
        Starlette(routes=[Route("/{name}", film)]),
        port=int(port),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
