import json
import stat

import pytest

from services.access.shares import Form, Subject
from services.errors import InvalidSetting, SharesNotKept
from services.kept_shares import KeptShares
from services.shares_file import KeptShare, shares_file

LINK, OTHER = "s.aaaaaaaa.x", "s.bbbbbbbb.x"
FILM = Subject(Form.FILM, "Noir/M\udce9.mp4")
OF_A_BOOK = '{"shares": [{"link": "s.a.x", "title": "", "form": "book", "made": 1, "used": 0, "viewers": []}]}'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "shares.json"


@pytest.fixture
def opened(file, io_loop):
    """Opens the file as another server does."""
    made = []

    async def opened():
        made.append(KeptShares(file))
        await made[-1].load()
        return made[-1]

    yield opened
    for each in made:
        io_loop.run_sync(each.close)


def _share(link=LINK):
    return KeptShare(link, "M", FILM, made_s=1_800_000_000)


@pytest.mark.gen_test
async def test_shares_and_their_uses_are_there_after_a_restart(opened, file):
    kept = await opened()
    await kept.add("aaaaaaaa", _share())
    for viewer, now_s in (("ann", 1_800_000_010), ("bob", 1_800_000_020), ("ann", 1_800_000_030)):
        kept.use("aaaaaaaa", viewer, now_s)
    await kept.close()
    assert (await opened()).shares == {
        "aaaaaaaa": KeptShare(LINK, "M", FILM, 1_800_000_000, 1_800_000_030, {"ann", "bob"})
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.gen_test
async def test_servers_with_one_file_do_not_undo_what_the_others_did(opened):
    first, second = await opened(), await opened()
    await first.add("aaaaaaaa", _share())
    await second.add("bbbbbbbb", _share(OTHER))
    assert sorted(second.shares) == ["aaaaaaaa", "bbbbbbbb"]
    second.use("aaaaaaaa", "ann", 1_800_000_010)
    await first.remove("aaaaaaaa")
    assert sorted(first.shares) == ["bbbbbbbb"]
    await second.close()
    assert sorted((await opened()).shares) == ["bbbbbbbb"]


@pytest.mark.gen_test
async def test_a_share_that_another_server_took_back_is_gone_after_a_look(opened):
    first, second = await opened(), await opened()
    await first.add("aaaaaaaa", _share())
    await second.look()
    assert sorted(second.shares) == ["aaaaaaaa"]
    await first.remove("aaaaaaaa")
    await second.look()
    assert sorted(second.shares) == []


@pytest.mark.gen_test
async def test_what_was_used_is_kept_though_another_server_has_changed_the_file_meanwhile(opened):
    first, second = await opened(), await opened()
    await first.add("aaaaaaaa", _share())
    await second.look()
    second.use("aaaaaaaa", "ann", 1_800_000_010)
    await first.add("bbbbbbbb", _share(OTHER))
    await second.look()
    assert second.shares["aaaaaaaa"].used_s == 1_800_000_010
    await second.close()
    assert (await opened()).shares["aaaaaaaa"].viewers == {"ann"}


@pytest.mark.gen_test
async def test_a_hundred_viewers_are_told_apart(opened):
    kept = await opened()
    await kept.add("aaaaaaaa", _share())
    for number in range(200):
        kept.use("aaaaaaaa", f"{number:08}", 1_800_000_010)
    await kept.close()
    assert len((await opened()).shares["aaaaaaaa"].viewers) == 100


@pytest.mark.gen_test
@pytest.mark.parametrize("content", ["", "{}", "[]", '{"shares": [{"link": 1}]}', '{"shares": 1}', "\x00", OF_A_BOOK])
async def test_another_file_is_left_alone(opened, file, content):
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(InvalidSetting, match=r"--shares: .* cannot be read as a file of shares"):
        await opened()
    assert file.read_text() == content


@pytest.mark.gen_test
async def test_a_file_that_becomes_damaged_is_not_written_over(opened, file):
    kept = await opened()
    await kept.add("aaaaaaaa", _share())
    file.write_text("?")
    with pytest.raises(SharesNotKept):
        await kept.add("bbbbbbbb", _share(OTHER))
    assert file.read_text() == "?"


@pytest.mark.gen_test
async def test_the_file_is_json_for_people(opened, file):
    await (await opened()).add("aaaaaaaa", _share())
    (share,) = json.loads(file.read_text())["shares"]
    assert (share["title"], share["link"]) == ("M", LINK)


@pytest.mark.gen_test
async def test_older_files_without_the_names_of_films_are_read(opened, file):
    file.parent.mkdir()
    file.write_text(OF_A_BOOK.replace("s.a.x", LINK).replace("book", "series"))
    assert (await opened()).shares["aaaaaaaa"].subject == Subject(Form.SERIES, "")


@pytest.mark.parametrize(
    ("setting", "environment", "expected"),
    [
        ("none", {}, None),
        ("auto", {"RENDER": "true", "XDG_STATE_HOME": "{}"}, None),
        ("auto", {"XDG_STATE_HOME": "{}/file"}, None),
        ("auto", {"XDG_STATE_HOME": "{}"}, "{}/movie-streaming/shares.json"),
        ("{}/x.json", {"RENDER": "true"}, "{}/x.json"),
    ],
)
def test_where_shares_are_kept(tmp_path, setting, environment, expected):
    (tmp_path / "file").touch()

    def here(text):
        return text.replace("{}", str(tmp_path))

    file = shares_file(here(setting), {name: here(value) for name, value in environment.items()})
    assert (file and str(file)) == (expected and here(expected))
