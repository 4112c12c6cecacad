"""How large the pictures of a film can be converted, so that its viewers need not wait.

Tested by tests/services/segments/test_pace.py.
"""

from collections.abc import Sequence

from services.packaging.picture_conversion import ConvertedPicture

_GOAL = 0.6  # of the time that a segment lasts may go into its conversion; the rest is for slower parts of the film
_BEHIND = 0.85  # with more than that, pictures become smaller
_MOST_LATE_S = 15.0  # that the smallest pictures may come later than they are shown: a player has some in advance


class Pace:
    """Chooses among ``sizes``, the smallest first. The first segment has that, so that it is there soonest; how long it
    takes tells the size of the next."""

    def __init__(self, sizes: Sequence[ConvertedPicture]) -> None:
        self._sizes = sizes
        self._chosen = 0
        self._late_s = 0.0

    @property
    def size(self) -> ConvertedPicture:
        return self._sizes[self._chosen]

    @property
    def is_too_slow(self) -> bool:
        """Whether even the smallest pictures come later than they are shown."""
        return self._late_s > _MOST_LATE_S

    def took(self, size: ConvertedPicture, work_s: float, film_s: float) -> None:
        """A segment of ``film_s`` took ``work_s``. A larger size takes at most as much more time as it has more pixels,
        since the film is decoded only once."""
        share = work_s / film_s
        self._late_s = max(self._late_s + work_s - film_s, 0.0) if size == self._sizes[0] else 0.0
        fitting = [place for place, each in enumerate(self._sizes) if share * _pixels(each) <= _GOAL * _pixels(size)]
        best = max(fitting, default=0)
        if best > self._sizes.index(size) or share > _BEHIND:
            self._chosen = best


def _pixels(size: ConvertedPicture) -> int:
    return size.width * size.height
