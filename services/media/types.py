"""Media types of films and pictures by file name. Our own tables, since those of machines differ."""

from posixpath import splitext

# Registered types where there are any (IANA, RFC 4337 for MP4). Matroska keeps its older name: RFC 9559's is too new
# for most players.
_BY_EXTENSION = {
    ".3g2": "video/3gpp2",
    ".3gp": "video/3gpp",
    ".asf": "video/x-ms-asf",
    ".avi": "video/x-msvideo",
    ".divx": "video/x-msvideo",
    ".f4v": "video/mp4",
    ".flv": "video/x-flv",
    ".m2ts": "video/mp2t",
    ".m2v": "video/mpeg",
    ".m4v": "video/mp4",
    ".mk3d": "video/x-matroska",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".mpe": "video/mpeg",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".mts": "video/mp2t",
    ".mxf": "application/mxf",
    ".ogm": "video/ogg",
    ".ogv": "video/ogg",
    ".qt": "video/quicktime",
    ".ts": "video/mp2t",
    ".vob": "video/mpeg",
    ".webm": "video/webm",
    ".wmv": "video/x-ms-wmv",
}

# Extensions that files of other kinds have, too: TypeScript and Qt's translations.
_DOUBTFUL = frozenset({".m2ts", ".mts", ".ts", ".vob"})

_PICTURES = {
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}

FILM_EXTENSIONS = tuple(case for extension in _BY_EXTENSION for case in (extension, extension.upper()))


def media_type(name: str) -> str | None:
    """The media type of a film of this name. None: the extension is no film's."""
    return _BY_EXTENSION.get(splitext(name)[1].lower())


def may_be_text(name: str) -> bool:
    """Whether a file of this name may be text and no film."""
    return splitext(name)[1].lower() in _DOUBTFUL


def picture_type(name: str) -> str | None:
    """The media type of a picture of this name. None: the extension is no picture's."""
    return _PICTURES.get(splitext(name)[1].lower())
