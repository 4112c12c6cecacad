"""Firefox, driven by its own WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): no driver program is needed."""

import asyncio
import itertools
import json
import re
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path

from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.browser.waiting import WAIT_S, WITNESS
from tests.needs import need

_START_S = 120.0
_END_S = 10.0
_PREFERENCES = {
    "media.autoplay.default": 0,  # sound may play without a click
    "media.volume_scale": "0.0",
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.captive-portal-service.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "en-US, en",
}


class JavaScriptError(Exception):
    """What the page's script threw."""


class Firefox:
    """One tab. Every call waits for the browser's answer. ``errors`` are the console's, until the last of the calls."""

    def __init__(self, run: Callable[[Coroutine], dict], connection: WebSocketClientConnection) -> None:
        self.errors: list[str] = []
        self._run = run
        self._connection = connection
        self._numbers = itertools.count(1)
        self._command("session.new", capabilities={})
        self._command("session.subscribe", events=["log.entryAdded"])
        self._command("script.addPreloadScript", functionDeclaration=f"() => {{{WITNESS}}}")
        self._context = self._command("browsingContext.getTree")["contexts"][0]["context"]
        self._profile = "default"

    def in_another_profile(self) -> "Firefox":
        """A window beside this one that has none of its cookies."""
        other = copy(self)
        other.errors = []
        other._profile = self._command("browser.createUserContext")["userContext"]
        opened = self._command("browsingContext.create", type="window", userContext=other._profile)
        other._context = opened["context"]
        return other

    def leave_profile(self) -> None:
        """Closes the window, and forgets what the profile has."""
        self._command("browser.removeUserContext", userContext=self._profile)

    def resize(self, width: int, height: int) -> None:
        """Gives the page so many pixels, as a phone does. It has no touch screen."""
        viewport = {"width": width, "height": height}
        self._command("browsingContext.setViewport", context=self._context, viewport=viewport)

    def goto(self, url: str) -> None:
        self._command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> object:
        """The value of an expression that JSON can hold; a promise is waited for."""
        answer = self._command(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))",
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise JavaScriptError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait_for(self, expression: str, timeout_s: float = WAIT_S) -> None:
        """Returns once the expression is true."""
        end = time.monotonic() + timeout_s
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"{expression} stayed false"
            time.sleep(0.1)

    def press(self, *keys: str) -> None:
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self._command("input.performActions", context=self._context, actions=[source])

    def _command(self, method: str, **params: object) -> dict:
        return self._run(asyncio.wait_for(self._exchange(method, params), _START_S))

    async def _exchange(self, method: str, params: dict) -> dict:
        number = next(self._numbers)
        await self._connection.write_message(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = await self._connection.read_message()
            assert message is not None, "Firefox ended"
            answer = json.loads(message)
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]
            if answer.get("method") == "log.entryAdded":
                self._note(answer["params"])

    def _note(self, entry: dict) -> None:
        if entry["level"] == "error" and entry["source"].get("context") == self._context:
            self.errors.append(entry["text"])


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """A headless Firefox with a fresh profile in the folder, ended at the end."""
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    command = [need("firefox-esr"), "--headless", "--no-remote", "--profile", str(profile)]
    command += ["--remote-debugging-port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        with _loop() as run:
            connection = run(_connected(_address(process)))
            try:
                yield Firefox(run, connection)
            finally:
                run(_closed(connection))
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@contextmanager
def _loop() -> Iterator[Callable]:
    """Runs coroutines in a thread of its own: Playwright leaves a running event loop in the main thread."""
    runner = asyncio.Runner()
    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            yield lambda coroutine: thread.submit(runner.run, coroutine).result()
        finally:
            thread.submit(runner.close).result()


def _address(process: subprocess.Popen[str]) -> str:
    for line in process.stderr:
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return f"{found[1]}/session"
    raise AssertionError("Firefox did not start")


async def _connected(address: str) -> WebSocketClientConnection:
    return await websocket_connect(address, max_message_size=64 * 1024 * 1024)


async def _closed(connection: WebSocketClientConnection) -> None:
    connection.close()
    with suppress(TimeoutError):  # where Firefox has ended, and the end of its messages was read before
        async with asyncio.timeout(_END_S):
            while await connection.read_message() is not None:
                pass
