"""One time for all tracks of a film whose clock jumps, as that of transport streams does where two are joined."""

_LATEST = (
    3 * 90_000
)  # ticks by which a sample may be earlier than the one of another track before; what is more is a jump
_LONGEST_STEP = 10 * 90_000  # and by which it may be later
_JOINED = 3_000  # ticks from the sample before a jump to the one behind it


class Timeline:
    """Counts ticks of 1/90,000 s. ``shift`` is added to the film's own times, and ``last`` is the time of the sample
    before; None: there was none."""

    def __init__(self, shift: int = 0, last: int | None = None) -> None:
        self._shifts = [shift]
        self._last = last

    def time(self, told: int) -> int:
        """The decode time that the film calls ``told``, of the next sample of any track."""
        if self._last is None:
            self._last = told + self._shifts[0]
        # Samples of one track jump a little before those of another, so the clock of before is kept for these.
        shift = min(self._shifts, key=lambda each: abs(told + each - (self._last or 0)))
        if not -_LATEST < told + shift - self._last < _LONGEST_STEP:
            shift = self._last + _JOINED - told
            self._shifts = [shift, self._shifts[0]]
        self._last = told + shift
        return self._last


class SteadyTimeline:
    """The same of a film whose clock does not jump."""

    def __init__(self, shift: int) -> None:
        self._shift = shift

    def time(self, told: int) -> int:
        return told + self._shift
