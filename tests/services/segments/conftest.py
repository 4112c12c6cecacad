import pytest

from services.cache import Cache
from services.catalogue import Catalogue
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import WORKER, Worker
from services.library import Library
from services.packaging.offered import SOUND_ALONE
from services.pictures import Pictures
from services.segments.segments import Segments
from services.storage.local.folder import Folder
from tests.films import put


@pytest.fixture
def serve(io_loop, tmp_path):
    """Serves films as segments. Also answers what the workers did."""
    opened = []

    def serve(*paths, conversions=SOUND_ALONE):
        for path in paths:
            folder = Folder(put(tmp_path, f"films/{path.name}", path.read_bytes()).parent)
        library = Library(folder)
        cache = Cache(tmp_path / "cache")
        jobs = []

        class Counting(FilmJobs):
            async def run(self, job, movie, **arguments):
                number = arguments.get("wanted", arguments).get("number", "")
                jobs.append(f"{job} {number}".strip())
                return await super().run(job, movie, **arguments)

        indexer, *converters = (Counting(Worker(WORKER), library) for _ in range(3))
        catalogue = Catalogue(indexer, cache, Pictures(indexer, cache), examines=False)
        segments = Segments(library, catalogue, cache, indexer, *converters, True, conversions)
        opened.append((segments, cache, folder))
        return segments, jobs

    yield serve
    for segments, cache, folder in opened:
        io_loop.run_sync(segments.close)
        cache.close()
        folder.close()
