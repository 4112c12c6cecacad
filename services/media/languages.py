"""Languages as BCP 47 tags in their shortest form ("en", "pt-BR"), from the codes in films.

langcodes is imported where it is used: the server has this module too, and starts without the extra "media".
"""

_NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})  # ISO 639-2: undetermined, several, uncoded, none


def language_tag(code: str | None) -> str | None:
    """The tag for a code of ISO 639-1, -2 or -3, or for a BCP 47 tag. None: ``code`` names no language."""
    import langcodes

    try:
        tag = langcodes.standardize_tag((code or "").strip())
    except ValueError:
        return None
    return tag if tag.split("-")[0] not in _NO_LANGUAGE and langcodes.tag_is_valid(tag) else None


def three_letters(tag: str) -> str:
    """The code of ISO 639-2/T or -3 for the language of a BCP 47 tag; "und" where there is none."""
    import langcodes

    try:
        return langcodes.Language.get(tag).to_alpha3()
    except (LookupError, ValueError):
        return "und"
