"""A worker that tells what it was asked to do."""

from services.jobs.worker_process import Worker


class CountingWorker(Worker):
    def __init__(self, module):
        super().__init__(module)
        self.jobs = []

    async def run(self, job, **arguments):
        self.jobs.append(job)
        return await super().run(job, **arguments)
