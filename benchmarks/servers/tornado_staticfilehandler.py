"""Tornado: StaticFileHandler. Arguments: PORT FOLDER."""

import asyncio
import sys

from tornado.web import Application, StaticFileHandler


async def main(port: str, folder: str) -> None:
    Application([(r"/(.*)", StaticFileHandler, {"path": folder})]).listen(int(port), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
