"""aiohttp: FileResponse, which sends by os.sendfile. Arguments: PORT FOLDER."""

import sys
from pathlib import Path

from aiohttp import web


def main(port: str, folder: str) -> None:
    async def film(request: web.Request) -> web.FileResponse:
        return web.FileResponse(Path(folder, request.match_info["name"]))

    application = web.Application()
    application.router.add_get("/{name}", film)
    web.run_app(application, host="127.0.0.1", port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
