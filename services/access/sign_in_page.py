"""The sign-in page, as HTML. It needs no script.

Tested by tests/handlers/test_sign_in.py.
"""

from html import escape
from string import Template

MOST_NEXT_CHARS = 2048

# The name of the user is for password managers, which keep a password under one. It is always the same.
_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>$title – Films</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${root}static/sign-in.css">
</head>
<body>
<main>
<h1>Films</h1>
$content</main>
</body>
</html>
""")
_FORM = Template("""<form method="post" action="${root}sign-in">
<input type="hidden" name="next" value="$next">
<input type="text" name="username" value="films" autocomplete="username" hidden>
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required autofocus$invalid>
$trouble<label class="check"><input type="checkbox" name="stay" value="yes" checked> Stay signed in</label>
<button type="submit">Sign in</button>
</form>
""")
_TROUBLE = Template('<p id="trouble" role="alert">$words</p>\n')
_SIGNED_IN = """<p>You are signed in.</p>
<p><a href="./">To the films</a></p>
<form method="post" action="sign-out"><button type="submit">Sign out</button></form>
"""


def sign_in_page(next_: str, root: str = "", trouble: str = "") -> str:
    """``next_``: where the viewer was going, from the root of this server. ``trouble``: what was wrong.

    ``root``: the way to the root from the address of the page, such as "../".
    """
    words = trouble_in_words(trouble)
    invalid = ' aria-invalid="true" aria-describedby="trouble"' if trouble else ""
    form = _FORM.substitute(root=root, next=escape(next_), trouble=words, invalid=invalid)
    return page("Sign in", root, form)


def signed_in_page() -> str:
    return page("Signed in", "", _SIGNED_IN)


def page(title: str, root: str, content: str) -> str:
    """A page of this kind. ``content`` is HTML."""
    return _PAGE.substitute(title=title, root=root, content=content)


def trouble_in_words(trouble: str) -> str:
    return _TROUBLE.substitute(words=escape(trouble)) if trouble else ""


def next_of(target: str) -> str:
    """``target``, a path with its query, as a reference from the root of the server; "": the root.

    Put behind "./", it can lead nowhere but to this server, whatever is in it (URL Standard, "path state").
    """
    reference = target.removeprefix("/")
    if len(reference) > MOST_NEXT_CHARS or not reference.isascii() or not reference.isprintable() or " " in reference:
        return ""
    return reference
