import asyncio

import pytest

from services.access.passwords import Password, PasswordHash
from services.errors import TooManyAttempts

# Made by `movie-streaming hash-password` of "correct horse".
HASH = "scrypt:14:8:5:2mhOlDoV1vLG_wMCrWx3qQ:m_4-psKXEzu5WG4uR76MUaLXKSYhqBSeYfSzPOxEdkk"
CHEAP_HASH = HASH.replace(":14:8:5:", ":10:8:1:")  # of no password


@pytest.mark.parametrize("text", ["correct horse", HASH], ids=["plain", "hash"])
def test_only_the_password_matches(text):
    async def answers() -> list[bool]:
        password = Password(text)
        given = ["correct horse", "correct horse ", "Correct horse", "", HASH, "x" * 2000, "\udcff"]
        return [await password.matches(each) for each in given]

    assert asyncio.run(answers()) == [True, False, False, False, False, False, False]


def test_a_password_matches_whichever_keyboard_wrote_it():
    assert asyncio.run(Password("caf\u00e9").matches("cafe\u0301"))


def test_the_password_of_a_hash_is_known_at_once_when_it_was_right_before():
    password = Password(HASH)
    assert not password.is_known("correct horse")
    assert asyncio.run(password.matches("correct horse"))
    assert password.is_known("correct horse")
    assert not password.is_known("another")


def test_hashes_are_salted_and_can_be_read_again():
    first, second = PasswordHash.of("correct horse"), PasswordHash.of("correct horse")
    assert first != second
    assert PasswordHash.parse(str(first)) == first
    assert first.matches("correct horse")
    assert not first.matches("another")


def test_only_so_many_attempts_wait_for_their_turn():
    async def outcomes() -> list[object]:
        password = Password(CHEAP_HASH)
        return await asyncio.gather(*(password.matches("another") for _ in range(18)), return_exceptions=True)

    answers = asyncio.run(outcomes())
    assert answers[:16] == [False] * 16
    assert [type(each) for each in answers[16:]] == [TooManyAttempts] * 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 1025,
        "scrypt:",
        "scrypt:14:8:5:salt",
        HASH.replace(":14:", ":20:"),
        HASH.replace(":14:", ":9:"),
        HASH.replace(":8:", ":0:"),
        HASH.replace(":5:", ":99:"),
        HASH + "\n",
    ],
)
def test_what_is_neither_a_password_nor_a_hash_is_refused(text):
    with pytest.raises(ValueError, match=r"password|hash"):
        Password(text)
