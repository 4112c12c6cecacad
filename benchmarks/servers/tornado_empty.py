"""Tornado: a handler that does nothing, which is the floor of what a request costs there. Arguments: PORT FOLDER."""

import asyncio
import sys

from tornado.web import Application, RequestHandler


class EmptyHandler(RequestHandler):
    """Answers 200 with no content."""

    def get(self) -> None:
        pass


async def main(port: str, _folder: str) -> None:
    Application([(r"/.*", EmptyHandler)]).listen(int(port), "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
