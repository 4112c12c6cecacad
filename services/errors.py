"""What can go wrong, by whose fault it is.

MovieServerError
├─ InvalidSetting            the operator's: a setting is wrong; the text says which, and what would be right
├─ MovieNotFound             the viewer's: the library lists no movie of this name
├─ SubtitlesNotFound         the viewer's: the movie has no subtitles of this key
├─ HostRefused               the viewer's: the request is for a host that is not ours; or a foreign site's
├─ RangeNotSatisfiable       the viewer's: no range asked for overlaps the representation
├─ TooManyViewers            nobody's: all that can be served are, and none of them is to leave
├─ AnswerOverdue             nobody's: there is still nothing to send, as a disk, a store or a worker takes long
├─ FilmUnreadable            the film's: it is damaged, or no film; or its subtitles are
│  └─ NoFilm                 it is something else by its content, and has a film's extension by chance
├─ WorkerFailed              the worker's: it crashed over a job, ran out of time or memory, or does not start
├─ CacheFailed               the operator's: what is made of films cannot be kept, as the disk is full or not ours
└─ StorageError              the movie is known, its bytes cannot be read
   ├─ FileVanished           they are not there any more
   ├─ RepresentationChanged  they are there, but not those of the version that was opened
   ├─ FilmArchived           they are in an archive of the store, which gives them out only when somebody restores them
   ├─ StoreFault             the operator's, or the store's: it answers against HTTP, or
   │  └─ StoreRefused        it refuses our keys; the text says why, where the store does
   └─ StoreUnavailable       nobody's: the store cannot be reached or has too much to do, which may pass
      └─ StoreTimeout        it does not answer in time

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


class HostRefused(MovieServerError):
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
