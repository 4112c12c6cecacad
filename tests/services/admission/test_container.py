import os

import pytest

from services.admission.container import memory_limit, processors
from tests.films import put

MIB = 2**20
MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

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


PROCESSORS = {
    "version 2": ({"proc/self/cgroup": "0::/app\n", "sys/fs/cgroup/app/cpu.max": "10000 100000\n"}, 0.1),
    "version 2, no limit": ({"proc/self/cgroup": "0::/app\n", "sys/fs/cgroup/app/cpu.max": "max 100000\n"}, None),
    "version 2, of an outer group": (
        {
            "proc/self/cgroup": "0::/outer/inner\n",
            "sys/fs/cgroup/outer/inner/cpu.max": "max 100000\n",
            "sys/fs/cgroup/outer/cpu.max": "50000 100000\n",
        },
        0.5,
    ),
    "version 1": (
        {
            "proc/self/cgroup": "5:cpu,cpuacct:/app\n4:memory:/app\n0::/\n",
            "sys/fs/cgroup/cpu/app/cpu.cfs_quota_us": "25000\n",
            "sys/fs/cgroup/cpu/app/cpu.cfs_period_us": "100000\n",
        },
        0.25,
    ),
    "version 1, no limit": (
        {
            "proc/self/cgroup": "5:cpu,cpuacct:/\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        },
        None,
    ),
    "no groups": ({}, None),
}


@pytest.mark.parametrize(("files", "limit"), PROCESSORS.values(), ids=PROCESSORS)
def test_the_time_of_processors_of_the_control_group_is_what_there_is(tmp_path, files, limit):
    for path, text in files.items():
        put(tmp_path, path, text.encode())
    assert processors(tmp_path) == (limit or os.cpu_count())
