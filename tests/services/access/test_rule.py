"""Every kind of resource × every kind of grant."""

import pytest

from services.access.grants import Kind, Nobody, Owner, ProxyUser, Resource, Scope, ShareHolder, TicketHolder
from services.access.rule import may_fetch
from services.access.shares import Share

FILM, FOLDER, LIBRARY = Scope("Noir/M.mp4"), Scope("Noir", is_folder=True), Scope("", is_folder=True)
WATCH, DOWNLOAD = (Share("AAAAAAAA", "", 0, 0, downloads, False, "") for downloads in (False, True))
GRANTS = {
    "nobody": Nobody(),
    "owner": Owner(),
    "proxy user": ProxyUser("ann"),
    "ticket": TicketHolder(FILM),
    "ticket of the folder": TicketHolder(FOLDER),
    "ticket of all": TicketHolder(LIBRARY),
    "share": ShareHolder({"M.mp4": "Noir/M.mp4"}, WATCH),
    "share for downloads": ShareHolder({"M.mp4": "Noir/M.mp4"}, DOWNLOAD),
    "share of the folder": ShareHolder({"M.mp4": "Noir/M.mp4", "1940s/Gilda.mp4": "Noir/1940s/Gilda.mp4"}, WATCH),
}
ALL = set(GRANTS)
SIGNED_IN = {"owner", "proxy user"}
SHARES = {"share", "share for downloads", "share of the folder"}
TICKETS = {"ticket", "ticket of the folder", "ticket of all"}
OF_FOLDER = {"ticket of the folder", "ticket of all"}
TABLE = [
    (Resource(Kind.OPEN), ALL),
    (Resource(Kind.PAGE), SIGNED_IN | SHARES),
    (Resource(Kind.LIST), SIGNED_IN),
    (Resource(Kind.FILMS_DUE), SIGNED_IN | SHARES),
    (Resource(Kind.CONTROL), SIGNED_IN),
    (Resource(Kind.ABSENT), SIGNED_IN),
    (Resource(Kind.FILM, "Noir/M.mp4"), SIGNED_IN | TICKETS),
    (Resource(Kind.FILM, "M.mp4"), SIGNED_IN | SHARES | {"ticket of all"}),
    (Resource(Kind.PICTURE, "Noir/M.mp4"), SIGNED_IN | TICKETS),
    (Resource(Kind.PICTURE, "M.mp4"), SIGNED_IN | SHARES | {"ticket of all"}),
    (Resource(Kind.SUBTITLES, "Noir/M.mp4"), SIGNED_IN | TICKETS),
    (Resource(Kind.SUBTITLES, "M.mp4"), SIGNED_IN | SHARES | {"ticket of all"}),
    (Resource(Kind.FILM, "Noir/Gilda.mp4"), SIGNED_IN | OF_FOLDER),
    (Resource(Kind.FILM, "Noir/1940s/Gilda.mp4"), SIGNED_IN | OF_FOLDER),
    (Resource(Kind.FILM, "1940s/Gilda.mp4"), SIGNED_IN | {"share of the folder", "ticket of all"}),
    (Resource(Kind.FILM, "../Noir/M.mp4"), SIGNED_IN),
    (Resource(Kind.FILM, "m.mp4"), SIGNED_IN | {"ticket of all"}),
    (Resource(Kind.FILM, "Alien.mp4"), SIGNED_IN | {"ticket of all"}),
    (Resource(Kind.DOWNLOAD, "Noir/M.mp4"), SIGNED_IN | TICKETS),
    (Resource(Kind.DOWNLOAD, "M.mp4"), SIGNED_IN | {"ticket of all", "share for downloads"}),
    (Resource(Kind.DOWNLOAD, "Gilda.mp4"), SIGNED_IN | {"ticket of all"}),
    (Resource(Kind.PICTURE, "Noir.mp4"), SIGNED_IN | {"ticket of all"}),
    (Resource(Kind.FILM, "Noirish/M.mp4"), SIGNED_IN | {"ticket of all"}),
    (Resource(Kind.FILM, "noir/M.mp4"), SIGNED_IN | {"ticket of all"}),
    (Resource(Kind.FILM, "/Noir/M.mp4"), SIGNED_IN | {"ticket of all"}),
    (Resource(Kind.FILM, "Noir/M.mp4/"), SIGNED_IN | OF_FOLDER),
    (Resource(Kind.FILM, "Noir/../Alien.mp4"), SIGNED_IN),
    (Resource(Kind.FILM, "Noir/./M.mp4"), SIGNED_IN),
    (Resource(Kind.FILM), SIGNED_IN),
]


@pytest.mark.parametrize(
    ("resource", "due"), TABLE, ids=lambda value: str(value) if isinstance(value, Resource) else ""
)
def test_each_may_fetch_what_is_due_to_them(resource, due):
    assert {name for name, grant in GRANTS.items() if may_fetch(grant, resource)} == due


def test_the_table_has_every_kind():
    assert {resource.kind for resource, _ in TABLE} == set(Kind)
