import subprocess
import sys

import pytest

from services.admission.capacity import (
    BUCKET_VIEWER_BYTES,
    TLS_WAITING_BYTES,
    Capacity,
    capacity,
    most_connections,
    most_open_films,
)

MIB = 2**20


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


def test_fewer_may_wait_where_half_a_handshake_takes_more_than_half_a_request():
    assert capacity(20_000, 512 * MIB, waiting_bytes=TLS_WAITING_BYTES).waiting == 250


@pytest.mark.parametrize("descriptors", [256, 1024, 20_000, 1_048_576])
def test_films_and_connections_together_leave_descriptors_for_more(descriptors):
    assert most_open_films(descriptors) + most_connections(descriptors) <= descriptors - 100


def test_the_descriptors_of_the_hard_limit_are_taken():
    program = (
        "import resource; from services.admission.capacity import raise_descriptor_limit as take;"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 200));"
        "print(take(), resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    answered = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answered.stdout == "200 (200, 200)\n"
