"""The ffmpeg command that improves a film, as a line for a shell and a terminal.

Names of films are hostile: they may look like options or addresses, end the quotes, or hold what a terminal acts on.

Tested by tests/services/doctor/test_command_line.py.
"""

import os
import re
from collections.abc import Sequence

from services.ways.remedies import Remedy

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")  # to all shells
_ADDED = ".web"  # before the extension of the output, so that no film is written over


def command(remedy: Remedy, file: str) -> list[str]:
    """ffmpeg and its arguments. ``file`` is the film's path in the file system: absolute, or relative to the folder
    where the command is given. The output is beside the film, and is not made if there is such a file."""
    path = file if file.startswith("/") else f"./{file}"  # else it could be an option, or an address ("http:a.mkv")
    stem, extension = os.path.splitext(path)
    # The outputs of a.avi and a.ts are two files.
    output = f"{stem if extension == remedy.extension else path}{_ADDED}{remedy.extension}"
    return ["ffmpeg", "-n", *remedy.before, "-i", path, *remedy.arguments, output]


def line(arguments: Sequence[str]) -> str:
    """The command for a POSIX shell, on one line, in printable characters alone. Only names with others need a shell
    that knows $'…', as all of today do."""
    return " ".join(map(_quoted, arguments))


def _quoted(argument: str) -> str:
    if _PLAIN.fullmatch(argument):
        return argument
    if argument.isprintable():
        return "'" + argument.replace("'", "'\\''") + "'"
    return "$'" + "".join(map(_escaped, argument)) + "'"


def _escaped(char: str) -> str:
    """The character inside of $'…'. Bytes are octal: three digits end by themselves."""
    if char in "\\'":
        return f"\\{char}"
    return char if char.isprintable() else "".join(f"\\{byte:03o}" for byte in os.fsencode(char))
