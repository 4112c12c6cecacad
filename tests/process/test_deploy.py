"""The blueprint for Render, as far as it can be tested here."""

import re
import shlex
import sys
import urllib.request

from tests.ports import free_port
from tests.server_process import ROOT, server_process

BLUEPRINT = (ROOT / "render.yaml").read_text("utf-8")


def _value(key):
    return re.search(rf"^ +{key}: (.+?)(?:  #.*)?$", BLUEPRINT, re.MULTILINE)[1]


def _variables():
    return dict(re.findall(r'- key: (\w+)\n +value: "?([^"\n]+?)"?(?:  #.*)?$', BLUEPRINT, re.MULTILINE))


def test_the_start_command_serves_where_the_platform_says_and_is_found_healthy():
    port = free_port()
    program, *arguments = shlex.split(_value("startCommand"))
    assert program == "python"
    environment = {**_variables(), "PORT": str(port)}
    with server_process(command=(sys.executable, *arguments), environment=environment, cwd=ROOT) as server:
        assert server.announcement.startswith(f"http://0.0.0.0:{port} has ")
        health = urllib.request.urlopen(f"http://127.0.0.1:{port}{_value('healthCheckPath')}")
        assert health.status == 200
        for name in ("films.onrender.com", "films.example.org"):
            own_domain = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": name})
            assert urllib.request.urlopen(own_domain).status == 200


def test_the_platform_makes_up_a_password():
    assert re.search(r"- key: PASSWORD\n +generateValue: true", BLUEPRINT)


def test_running_streams_may_end_before_the_platform_kills_the_server():
    assert float(_variables()["GRACE"]) < float(_value("maxShutdownDelaySeconds"))


def test_the_python_version_is_pinned():
    assert re.fullmatch(r"3\.\d+\.\d+", _variables()["PYTHON_VERSION"])
