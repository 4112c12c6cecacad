"""How often wrong passwords may be tried: per address, and by all strangers together.

An address may fail a few times at once, and then as often as its allowance is renewed. While strangers fail more often
than all of them may, each address has one attempt only. So many addresses together are slow, too, but whoever knows the
password gets in at once from an address that has not failed. A browser that was signed in before shows that by a cookie
and has an allowance of its own: nobody else can use it up, not even from the same address.
"""

from collections import OrderedDict

from services.errors import TooManyAttempts

_AT_ONCE, _RENEWAL_S = 5, 30.0  # of each address: 2,880 attempts a day
_AT_ONCE_BY_ALL, _RENEWAL_BY_ALL_S = 100, 1.0
_MOST_REMEMBERED = 10_000  # addresses; about 2 MB


class Attempts:
    """Counts an attempt when it begins, so that many at once are counted, too. ``now_s`` is any clock that only grows.

    For each address it is kept when its whole allowance is there again.
    """

    def __init__(self) -> None:
        self._renewed_s: OrderedDict[str, float] = OrderedDict()
        self._all_renewed_s = 0.0

    def begin(self, who: str, now_s: float) -> None:
        """Raises TooManyAttempts if ``who`` has to wait. Who has to wait does not wait longer for trying."""
        waits_s = self._renewed_s.get(who, now_s) - now_s - (self._allowance(now_s) - 1) * _RENEWAL_S
        if waits_s > 0:
            raise TooManyAttempts(retry_after_s=int(waits_s) + 1)
        self._remember(who, max(self._renewed_s.get(who, now_s), now_s) + _RENEWAL_S, now_s)
        self._all_renewed_s = max(self._all_renewed_s, now_s) + _RENEWAL_BY_ALL_S

    def succeed(self, who: str) -> None:
        """The attempt that began was right, and does not count. The wrong ones do: others may have made them."""
        if who in self._renewed_s:
            self._renewed_s[who] -= _RENEWAL_S
        self._all_renewed_s -= _RENEWAL_BY_ALL_S

    def _allowance(self, now_s: float) -> int:
        return 1 if self._all_renewed_s - now_s > _AT_ONCE_BY_ALL * _RENEWAL_BY_ALL_S else _AT_ONCE

    def _remember(self, who: str, renewed_s: float, now_s: float) -> None:
        self._renewed_s[who] = renewed_s
        self._renewed_s.move_to_end(who)
        while len(self._renewed_s) > _MOST_REMEMBERED or next(iter(self._renewed_s.values())) <= now_s:
            self._renewed_s.popitem(last=False)
