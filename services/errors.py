"""The errors that services raise, by whose fault they are. handlers/base.py maps them to statuses.

MovieServerError
├─ InvalidSetting            the operator's: a setting is wrong; the text says which, and what would be right
├─ MovieNotFound             the viewer's: the library lists no movie of this path
├─ SubtitlesNotFound         the viewer's: the movie has no subtitles of this key
├─ SegmentNotFound           the viewer's: the movie has no such track or segment, or is not of this version any more
├─ HostRefused               the viewer's: the request names a host that is not ours, or comes from a foreign site
├─ AccessRefused             the viewer's: the request shows neither the password nor what stands in its place
│  └─ WrongPassword          it shows another password, or another code of a share
├─ TooManyAttempts           the viewer's: wrong passwords were tried too often; the next try has to wait
├─ InvalidShare              the owner's: a share cannot have these terms; the text says what would be right
├─ SharesNotKept             the operator's: the file of shares cannot be written, or is full
├─ RangeNotSatisfiable       the viewer's: none of the ranges overlaps the representation
├─ BudgetSpent               nobody's: the server has sent what it may for this day or month
├─ ConversionRefused         nobody's: the pictures of another film are converted, or this server is too slow for these
├─ TooManyViewers            nobody's: all places are taken, and no viewer has to leave for this one
├─ AnswerOverdue             nobody's: a disk, a store or a worker has taken so long that there is nothing to send yet
├─ FilmUnreadable            the film's: it is damaged, or its subtitles are, or it is no film
│  ├─ NoFilm                 its content is of another kind; only its extension is a film's
│  └─ FilmNotPackaged        it may be sound, but cannot be sent as segments; the text says why
├─ WorkerFailed              the worker's: it crashed over a job, ran out of time or memory, or does not start
├─ CacheFailed               the operator's: the cache cannot keep what was made; its disk is full or not writable
└─ StorageError              the movie is listed, but its bytes cannot be read
   ├─ FileVanished           the file is gone
   ├─ RepresentationChanged  the file is there, but it is not the version that was opened
   ├─ FilmArchived           the film is in the store's archive, and has to be restored before it can be read
   ├─ StoreFault             the operator's, or the store's: the store's answer breaks HTTP
   │  └─ StoreRefused        the store refuses our keys; the text says why, if the store does
   └─ StoreUnavailable       nobody's: the store cannot be reached or is overloaded, which may pass
      └─ StoreTimeout        the store does not answer in time

Tested by tests/handlers/test_buckets.py.
"""


class MovieServerError(Exception):
    pass


class InvalidSetting(MovieServerError):
    pass


class MovieNotFound(MovieServerError):
    pass


class SubtitlesNotFound(MovieServerError):
    pass


class SegmentNotFound(MovieServerError):
    pass


class HostRefused(MovieServerError):
    pass


class SiteRefused(MovieServerError):
    pass


class AccessRefused(MovieServerError):
    pass


class WrongPassword(AccessRefused):
    pass


class TooManyAttempts(MovieServerError):
    """``retry_after_s``: after how many seconds the next attempt will be looked into."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"the next attempt is looked into after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class BudgetSpent(MovieServerError):
    """``retry_after_s``: after how many seconds films begin again. The text is for viewers."""

    def __init__(self, text: str, retry_after_s: int) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class ConversionRefused(MovieServerError):
    """``retry_after_s``: after how many seconds it may be tried again. The text is for viewers."""

    def __init__(self, text: str, retry_after_s: int) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class InvalidShare(MovieServerError):
    pass


class SharesNotKept(MovieServerError):
    pass


class RangeNotSatisfiable(MovieServerError):
    pass


class TooManyViewers(MovieServerError):
    pass


class AnswerOverdue(MovieServerError):
    pass


class FilmUnreadable(MovieServerError):
    pass


class NoFilm(FilmUnreadable):
    pass


class FilmNotPackaged(FilmUnreadable):
    pass


class WorkerFailed(MovieServerError):
    pass


class CacheFailed(MovieServerError):
    pass


class StorageError(MovieServerError):
    pass


class FileVanished(StorageError):
    pass


class RepresentationChanged(StorageError):
    pass


class FilmArchived(StorageError):
    pass


class StoreFault(StorageError):
    pass


class StoreRefused(StoreFault):
    pass


class StoreUnavailable(StorageError):
    pass


class StoreTimeout(StoreUnavailable):
    pass
