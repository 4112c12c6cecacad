"""The one rule: what each may fetch."""

from services.access.grants import Grant, Kind, Nobody, Owner, ProxyUser, Resource, ShareHolder, TicketHolder

_OF_A_FILM = frozenset((Kind.FILM, Kind.DOWNLOAD, Kind.PICTURE, Kind.SUBTITLES))
_OF_A_SHARE = frozenset((Kind.PAGE, Kind.FILMS_DUE))


def may_fetch(grant: Grant, resource: Resource) -> bool:
    """Whether ``grant`` is enough for ``resource``. Of a resource that is absent, strangers do not learn that it is."""
    if resource.kind is Kind.OPEN:
        return True
    match grant:
        case Owner() | ProxyUser():
            return True
        case TicketHolder(scope):
            return resource.kind in _OF_A_FILM and scope.covers(resource.film)
        case ShareHolder(films, share):
            if resource.kind is Kind.DOWNLOAD and not share.downloads:
                return False
            return resource.kind in _OF_A_SHARE or (resource.kind in _OF_A_FILM and resource.film in films)
        case Nobody():
            return False
