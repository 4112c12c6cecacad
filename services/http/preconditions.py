"""Conditional requests: preconditions, evaluated in their order of precedence (RFC 9110 §13.1, §13.2.2)."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto

from services.http.dates import parse_http_date
from services.http.representation import EntityTag, Representation

_ENTITY_TAG = re.compile(r'(?P<weak>W/)?"(?P<opaque>[\x21\x23-\x7e\x80-\xff]*+)"')
# Possessive quantifiers: a long run of blanks must not make matching quadratic.
_LIST_ELEMENT = re.compile(rf"[ \t]*+(?:{_ENTITY_TAG.pattern})?[ \t]*+(?:,|\Z)")


_FIELDS = frozenset(("If-Match", "If-Unmodified-Since", "If-None-Match", "If-Modified-Since"))


class Evaluation(Enum):
    """What the preconditions of a request come to."""

    PROCEED = auto()
    NOT_MODIFIED = auto()  # 304
    FAILED = auto()  # 412


def evaluate(method: str, fields: Mapping[str, str], current: Representation) -> Evaluation:
    """Evaluates all preconditions of a request but If-Range. PROCEED if it has none."""
    if _FIELDS.isdisjoint(fields):  # as for most requests
        return Evaluation.PROCEED
    if "If-Match" in fields:
        if not _any_matches_strongly(fields["If-Match"], current.entity_tag):
            return Evaluation.FAILED
    elif "If-Unmodified-Since" in fields:
        date = parse_http_date(fields["If-Unmodified-Since"])
        if date is not None and current.last_modified > date:
            return Evaluation.FAILED
    if "If-None-Match" in fields:
        if _any_matches_weakly(fields["If-None-Match"], current.entity_tag):
            return Evaluation.NOT_MODIFIED if method in ("GET", "HEAD") else Evaluation.FAILED
    elif "If-Modified-Since" in fields and method in ("GET", "HEAD"):
        date = parse_http_date(fields["If-Modified-Since"])
        if date is not None and current.last_modified <= date:
            return Evaluation.NOT_MODIFIED
    return Evaluation.PROCEED


def range_applies(fields: Mapping[str, str], current: Representation) -> bool:
    """Whether Range is to be applied: If-Range is absent, the same strong entity tag, or the exact date.

    A date is compared, though it may be a weak validator: a film written twice within a second has the same date for
    both versions. RFC 9110 §13.1.5 leaves it to the client not to send such a date.
    """
    if "If-Range" not in fields:
        return True
    validator = fields["If-Range"]
    if tag := _ENTITY_TAG.fullmatch(validator):
        return current.entity_tag.matches_strongly(_entity_tag(tag))
    return parse_http_date(validator) == current.last_modified


def _any_matches_strongly(field: str, current: EntityTag) -> bool:
    return field == "*" or any(current.matches_strongly(tag) for tag in _entity_tags(field))


def _any_matches_weakly(field: str, current: EntityTag) -> bool:
    return field == "*" or any(current.matches_weakly(tag) for tag in _entity_tags(field))


def _entity_tags(field: str) -> Iterator[EntityTag]:
    """The entity tags listed in ``field``, up to the first syntax error (RFC 9110 §8.8.3, §5.6.1)."""
    position = 0
    while position < len(field) and (element := _LIST_ELEMENT.match(field, position)):
        if element["opaque"] is not None:
            yield _entity_tag(element)
        position = element.end()


def _entity_tag(match: re.Match[str]) -> EntityTag:
    return EntityTag(match["opaque"], weak=match["weak"] is not None)
