import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from services.errors import FilmUnreadable, WorkerFailed
from services.jobs.worker_process import JobFilm, Worker
from tests.films import put
from tests.server_process import ROOT

MIB = 2**20


@pytest.fixture
def worker(io_loop):
    worker = Worker("tests.services.rogue_worker")
    yield worker
    io_loop.run_sync(worker.close)


def _run(worker, job, timeout_s=60.0, **arguments):
    return worker.run(job, timeout_s=timeout_s, **arguments)


def _open_in(process):
    """What the descriptors of the process lead to."""
    return [os.readlink(file) for file in Path(f"/proc/{process}/fd").iterdir()]


def _readiness_to_be_ended(process):
    """The score from -1000 to 1000 by which the kernel chooses whom to end when memory runs out."""
    return int(Path(f"/proc/{process.pid}/oom_score_adj").read_text("ascii"))


@pytest.mark.gen_test
async def test_a_job_gets_its_arguments_and_gives_back_its_result(worker):
    arguments = {"path": "caf\udce9 \n日本.mp4", "number": 1.5, "nothing": None, "list": [True]}
    assert await _run(worker, "echo", **arguments) == arguments


@pytest.mark.gen_test
async def test_a_film_that_cannot_be_read_is_told_from_an_accident(worker):
    with pytest.raises(FilmUnreadable, match=r"^not a film$"):
        await _run(worker, "unreadable")
    with pytest.raises(WorkerFailed, match=r"^broken: RuntimeError: an accident$"):
        await _run(worker, "broken")


@pytest.mark.gen_test
async def test_the_same_process_does_all_jobs_even_after_one_that_failed(worker):
    before = await _run(worker, "process")
    with pytest.raises(WorkerFailed):
        await _run(worker, "broken")
    assert await _run(worker, "process") == before


@pytest.mark.gen_test
async def test_jobs_are_done_one_at_a_time_in_their_order(worker):
    done = []

    async def job(number):
        await _run(worker, "echo", number=number)
        done.append(number)

    await asyncio.gather(*map(job, range(5)))
    assert done == [0, 1, 2, 3, 4]


@pytest.mark.gen_test
@pytest.mark.parametrize("job", ["crash", "nonsense", "flood"])
async def test_a_job_that_breaks_the_process_fails_alone(worker, job):
    before = await _run(worker, "process")
    with pytest.raises(WorkerFailed):
        await _run(worker, job)
    after = await _run(worker, "process")
    assert after["id"] != before["id"]


@pytest.mark.gen_test
async def test_a_process_that_writes_more_than_is_read_can_be_ended(worker):
    assert await _run(worker, "answer_and_flood") == "an answer"
    while not worker._process.stdout._paused:
        await asyncio.sleep(0.01)
    await worker.close()


@pytest.mark.gen_test
async def test_a_process_that_is_killed_in_the_middle_of_a_job_is_replaced(worker):
    process = psutil.Process((await _run(worker, "process"))["id"])
    hanging = asyncio.ensure_future(_run(worker, "hang"))
    waiting = asyncio.ensure_future(_run(worker, "echo", number=1))
    await asyncio.sleep(0)
    process.kill()
    with pytest.raises(WorkerFailed):
        await hanging
    assert await waiting == {"number": 1}


@pytest.mark.gen_test
async def test_a_process_that_is_killed_between_jobs_is_nobodys_failure(worker):
    process = (await _run(worker, "process"))["id"]
    os.kill(process, signal.SIGKILL)
    while worker._process.returncode is None:
        await asyncio.sleep(0.01)
    assert (await _run(worker, "process"))["id"] != process


@pytest.mark.gen_test
async def test_a_job_that_takes_too_long_is_ended_with_its_process(worker):
    process = psutil.Process((await _run(worker, "process"))["id"])
    with pytest.raises(WorkerFailed, match=r"^hang: TimeoutError$"):
        await _run(worker, "hang", timeout_s=0.2)
    assert await _run(worker, "echo") == {}
    assert not process.is_running()


@pytest.mark.gen_test
async def test_a_job_whose_caller_gave_up_holds_up_nobody(worker):
    hanging = asyncio.ensure_future(_run(worker, "hang"))
    await asyncio.sleep(0)
    hanging.cancel()
    assert await _run(worker, "echo") == {}
    assert hanging.cancelled()


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "null",
        "{}",
        '"result"',
        '{"result": 1, "failed": "no"}',
        '{"unreadable": 1}',
        '{"unreadable": null}',
        '{"unavailable": {"why": "no"}}',
        '{"secret": "no"}',
        '{"result": NaN}',
        '{"result": [1, -Infinity]}',
        '{"result": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"result": ' + "9" * 10_000 + "}",
        '{"result": "\udcff"',
    ],
    ids=lambda line: ascii(line[:30]),
)
async def test_an_answer_that_no_worker_gives_is_a_failure_and_ends_the_process(worker, line):
    before = await _run(worker, "process")
    with pytest.raises(WorkerFailed):
        await _run(worker, "say", line=line)
    assert (await _run(worker, "process"))["id"] != before["id"]


@pytest.mark.gen_test
async def test_a_reason_is_no_longer_than_a_line_of_the_log(worker):
    with pytest.raises(FilmUnreadable, match=r"^x{500}$"):
        await _run(worker, "say", line=json.dumps({"unreadable": "x" * 100_000}))


@pytest.mark.gen_test
async def test_a_result_that_is_not_accepted_is_a_failure_and_ends_the_process(worker):
    before = await _run(worker, "process")
    with pytest.raises(WorkerFailed, match=r"^echo: invalid literal for int"):
        await worker.run("echo", timeout_s=30.0, accept=lambda result: int(result["number"]), number="no number")
    assert (await _run(worker, "process"))["id"] != before["id"]


@pytest.mark.gen_test
async def test_the_process_gets_nothing_secret_of_the_environment(io_loop, monkeypatch):
    secrets = ("AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AZURE_STORAGE_SAS_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS")
    others = ("DATABASE_URL", "HTTPS_PROXY", "PYTHONANYWHERE_API_TOKEN", "LC_SECRET", "LD_SECRET", "SECRET")
    for name in (*secrets, *others):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    worker = Worker("tests.services.rogue_worker", environment=os.environ)
    process = psutil.Process((await _run(worker, "process"))["id"])
    environment = process.environ()
    await worker.close()
    assert "secret" not in environment.values()
    assert environment["PATH"] == os.environ["PATH"]
    assert environment["LC_ALL"] == "C.UTF-8"


@pytest.mark.gen_test
async def test_the_process_has_nothing_of_the_servers_open_but_its_log(worker, tmp_path):
    secret = os.open(put(tmp_path, "secret"), os.O_RDONLY)
    os.set_inheritable(secret, True)
    process = (await _run(worker, "process"))["id"]
    opened = _open_in(process)
    os.close(secret)
    log = os.readlink("/proc/self/fd/2")
    assert {target.partition(":")[0] for target in opened if target != log} == {"pipe", "socket"}


@pytest.mark.gen_test
async def test_a_job_reads_a_film_by_the_descriptor_that_the_server_has_open(worker, tmp_path):
    """It reads from the beginning, and does not move the server's position in the file."""
    film = os.open(put(tmp_path, "film.mp4", b"0123456789"), os.O_RDONLY)
    os.lseek(film, 5, os.SEEK_SET)
    (tmp_path / "film.mp4").unlink()
    for _ in range(2):
        assert await _run(worker, "content", film=JobFilm("film.mp4", descriptor=film)) == "0123456789"
        assert await _run(worker, "head_and_tail", film=JobFilm("film.mp4", descriptor=film)) == ["0123", "6789"]
    assert os.lseek(film, 0, os.SEEK_CUR) == 5
    os.close(film)


@pytest.mark.gen_test
@pytest.mark.parametrize("job", ["no such job", "broken", "crash"])
async def test_a_film_whose_job_failed_is_not_taken_for_the_next_ones(worker, tmp_path, job):
    a, b = (os.open(put(tmp_path, name, name.encode("ascii")), os.O_RDONLY) for name in "ab")
    with pytest.raises(WorkerFailed):
        await _run(worker, job, film=JobFilm("a", descriptor=a))
    assert await _run(worker, "content", film=JobFilm("b", descriptor=b)) == "b"
    process = (await _run(worker, "process"))["id"]
    assert not [target for target in _open_in(process) if target.startswith(str(tmp_path))]
    os.close(a)
    os.close(b)


@pytest.mark.gen_test
async def test_a_job_gets_no_more_memory_than_a_small_machine_has_to_spare(worker):
    assert 100 < await _run(worker, "bomb") < 400
    assert await _run(worker, "echo") == {}


@pytest.mark.gen_test
async def test_what_a_job_prints_is_no_answer(worker):
    assert await _run(worker, "chatter") == "an answer"


@pytest.mark.gen_test
async def test_the_process_gives_way_to_the_server_in_all_that_they_share(worker):
    process = psutil.Process((await _run(worker, "process"))["id"])
    assert process.nice() == min(psutil.Process().nice() + 10, 19)
    assert process.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE
    assert _readiness_to_be_ended(process) == 1000
    assert await _run(worker, "core_limit") == [0, 0]


@pytest.mark.gen_test
async def test_the_process_ends_when_there_is_nothing_to_do(io_loop):
    worker = Worker("tests.services.rogue_worker", rest_s=0.05)
    process = (await _run(worker, "process"))["id"]
    while psutil.pid_exists(process):
        await asyncio.sleep(0.01)
    assert (await _run(worker, "process"))["id"] != process
    await worker.close()


def test_the_process_dies_with_the_server_in_mid_job():
    program = """
import asyncio
from services.jobs.worker_process import Worker
async def serve():
    worker = Worker("tests.services.rogue_worker")
    print((await worker.run("process", timeout_s=30))["id"], flush=True)
    await worker.run("hang", timeout_s=600)
asyncio.run(serve())
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        process = psutil.Process(int(server.stdout.readline()))
        server.kill()
    assert process.wait(60) is None


def test_where_the_server_is_gone_before_it_gets_its_answer_the_process_ends_in_silence():
    command = [sys.executable, "-m", "tests.services.rogue_worker"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as worker:
        worker.stdout.close()
        _, complaints = worker.communicate(b'{"job": "echo", "arguments": {"number": 1}}\n', timeout=60)
    assert (worker.returncode, complaints) == (0, b"")


def test_it_starts_where_less_is_allowed_than_it_would_take():
    program = 'ulimit -f 100 -d 300000; exec "$0" -m tests.services.rogue_worker'
    request = b'{"job": "echo", "arguments": {"number": 1}}\n'
    worker = subprocess.run(
        ["bash", "-c", program, sys.executable], cwd=ROOT, input=request, stdout=subprocess.PIPE, check=True
    )
    assert worker.stdout == b'{"result": {"number": 1}}\n'


def test_the_server_imports_nothing_that_looks_into_films():
    program = "import server, sys; print([name for name in ('av', 'PIL', 'langcodes') if name in sys.modules])"
    server = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert server.stdout == "[]\n"
