from services.recent import Recent


def test_what_was_asked_for_lately_stays():
    recent = Recent(30)
    for key in "abc":
        recent.keep(key, key.upper(), 10)
    assert recent.get("a") == "A"
    recent.keep("d", "D", 10)
    assert [recent.get(key) for key in "abcd"] == ["A", None, "C", "D"]
    assert recent.bytes == 30


def test_the_newest_stays_however_large_it_is():
    recent = Recent(30)
    recent.keep("a", "A", 10)
    recent.keep("b", "B", 100)
    assert (recent.get("a"), recent.get("b")) == (None, "B")
    recent.keep("c", "C", 10)
    assert (recent.get("b"), recent.get("c")) == (None, "C")


def test_a_value_takes_the_place_of_the_one_before():
    recent = Recent(30)
    recent.keep("a", 1, 20)
    recent.keep("a", 2, 25)
    assert (recent.get("a"), recent.bytes) == (2, 25)


def test_what_is_forgotten_frees_its_bytes():
    recent = Recent(30)
    recent.keep("a", 1, 20)
    recent.forget("a")
    recent.forget("b")
    assert (recent.get("a"), recent.bytes) == (None, 0)
