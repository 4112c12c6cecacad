import os
import subprocess
import sys

import pytest

from services.admission.capacity import (
    BUCKET_VIEWER_BYTES,
    Capacity,
    capacity,
    memory_limit,
    most_connections,
    most_open_films,
)
from tests.films import put

MIB = 2**20
MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("descriptors", "memory", "expected"),
    [
        (20_000, 512 * MIB, Capacity(films=2002, documents=212, waiting=450, working=450, parting=135)),
        (20_000, 8192 * MIB, Capacity(films=10_564, documents=1320, waiting=3301, working=924, parting=264)),
        (1024, 512 * MIB, Capacity(films=444, documents=55, waiting=138, working=38, parting=16)),
        (20_000, 64 * MIB, Capacity(films=1, documents=16, waiting=16, working=16, parting=16)),
        (100, 512 * MIB, Capacity(films=12, documents=16, waiting=16, working=16, parting=16)),
    ],
)
def test_descriptors_and_memory_are_shared_between_viewers_and_all_others(descriptors, memory, expected):
    assert capacity(descriptors, memory) == expected


def test_fewer_may_watch_films_of_buckets():
    assert capacity(20_000, 512 * MIB, BUCKET_VIEWER_BYTES).films == 1501


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
        "import resource; from services.admission.capacity import raise_descriptor_limit as take;"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 200));"
        "print(take(), resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    answered = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answered.stdout == "200 (200, 200)\n"
