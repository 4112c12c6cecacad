import os
import subprocess
import sys

import pytest

from services.capacity import BUCKET_VIEWER_BYTES, memory_limit, most_connections, most_open_films, most_viewers
from tests.films import put

MIB = 2**20
MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("descriptors", "memory", "viewers"),
    [
        (20_000, 512 * MIB, 2958),
        (20_000, 8192 * MIB, 11_885),
        (1024, 512 * MIB, 499),
        (20_000, 64 * MIB, 1),
        (100, 512 * MIB, 14),
    ],
)
def test_as_many_may_watch_as_descriptors_and_memory_allow(descriptors, memory, viewers):
    assert most_viewers(descriptors, memory) == viewers


def test_fewer_may_watch_films_of_buckets():
    assert most_viewers(20_000, 512 * MIB, BUCKET_VIEWER_BYTES) == 2218


@pytest.mark.parametrize("descriptors", [256, 1024, 20_000, 1_048_576])
def test_films_and_connections_together_leave_descriptors_for_more(descriptors):
    assert most_open_films(descriptors) + most_connections(descriptors) <= descriptors - 100


GROUPS = {
    "version 2": ({"proc/self/cgroup": "0::/app\n", "sys/fs/cgroup/app/memory.max": "536870912\n"}, 512 * MIB),
    "version 2, of the container itself": (
        {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "268435456\n"},
        256 * MIB,
    ),
    "version 2, no limit": ({"proc/self/cgroup": "0::/app\n", "sys/fs/cgroup/app/memory.max": "max\n"}, MACHINE),
    "version 2, of an outer group": (
        {
            "proc/self/cgroup": "0::/outer/inner\n",
            "sys/fs/cgroup/outer/inner/memory.max": "max\n",
            "sys/fs/cgroup/outer/memory.max": "134217728\n",
        },
        128 * MIB,
    ),
    "version 1": (
        {
            "proc/self/cgroup": "5:cpu,cpuacct:/app\n4:memory:/app\n0::/\n",
            "sys/fs/cgroup/memory/app/memory.limit_in_bytes": "536870912\n",
        },
        512 * MIB,
    ),
    "version 1, no limit": (
        {
            "proc/self/cgroup": "4:memory:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        },
        MACHINE,
    ),
    "no groups": ({}, MACHINE),
}


@pytest.mark.parametrize(("files", "limit"), GROUPS.values(), ids=GROUPS)
def test_the_memory_of_the_control_group_is_what_there_is(tmp_path, files, limit):
    for path, text in files.items():
        put(tmp_path, path, text.encode())
    assert memory_limit(tmp_path) == limit


def test_the_descriptors_of_the_hard_limit_are_taken():
    program = (
        "import resource; from services.capacity import raise_descriptor_limit as take;"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 200));"
        "print(take(), resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    answered = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answered.stdout == "200 (200, 200)\n"
