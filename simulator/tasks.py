"""Work in the background: started by a part of the cloud, and ended with it."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """What one part of the cloud has under way."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this work from now on, beside everything else."""
        self._begin(work)

    async def finish(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this work, and return when it is done; raises :class:`asyncio.CancelledError` if it is ended before."""
        await self._begin(work)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """End what is under way, and return when it has ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
