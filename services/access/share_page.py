"""What somebody sees who opens the link of a share that is not open to them, as HTML. It needs no script.

Tested by tests/handlers/test_shares.py.
"""

from datetime import UTC, datetime
from html import escape
from string import Template

from services.access.shares import Share
from services.access.sign_in_page import page, trouble_in_words

_CODE = Template("""<form method="post" action="${root}sign-in">
<input type="hidden" name="next" value="$next">
<label for="code">Code</label>
<input type="text" id="code" name="code" autocomplete="off" autocapitalize="none" spellcheck="false" required
 autofocus$described>
<p id="hint">Whoever sent you the link has the code.</p>
$trouble<button type="submit">Open</button>
</form>
""")
_OVER = """<p>This link does not work, or not any more.</p>
<p>It may have ended or been taken back. Ask whoever sent it for a new one.</p>
"""
_ELSEWHERE = """<p>There is nothing for you at this address.</p>
"""
_EARLY = Template("""<p>This link works from $begins on.</p>
<p>Open it again then.</p>
""")


def share_page(share: Share | None, now_s: float, next_: str = "", root: str = "", trouble: str = "") -> str:
    """``share`` is what the link says (None: nothing), ``next_`` and ``root`` as for the sign-in page."""
    if share is None or share.has_ended(now_s):
        return page("This link does not work", root, _OVER)
    if not share.has_begun(now_s):
        begins = f"{datetime.fromtimestamp(share.begins_s, UTC):%d %B %Y, %H:%M} UTC"
        return page("This link does not work yet", root, _EARLY.substitute(begins=begins))
    if not share.code:
        return page("This link does not work", root, _ELSEWHERE)
    described = ' aria-invalid="true" aria-describedby="trouble hint"' if trouble else ' aria-describedby="hint"'
    words = trouble_in_words(trouble)
    return page("Code", root, _CODE.substitute(root=root, next=escape(next_), described=described, trouble=words))
