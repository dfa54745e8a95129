"""Programs of their own, spoken to in lines of JSON: what is measured must not share a process with its measuring."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import json
import logging
from pathlib import Path
import sys
from typing import Any

_ROOT = Path(__file__).parent.parent
_ANSWER_LIMIT = 900.0
# A line may list thousands of events or extensions.
_LONGEST_LINE = 64 * 1024 * 1024


class Program:
    """A running program."""

    def __init__(self, process: Process) -> None:
        """Take a program over that has just been started."""
        self._process = process

    async def ask(self, **question: Any) -> Any:
        """Send a question and return the answer; raises RuntimeError if the program ends instead."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        return await self.answer()

    async def answer(self) -> Any:
        """Return the next thing that the program says."""
        assert self._process.stdout is not None
        async with asyncio.timeout(_ANSWER_LIMIT):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("A program of the benchmark has ended; its message is above")
        return json.loads(line)


@asynccontextmanager
async def program(module: str, **arguments: Any) -> AsyncIterator[Program]:
    """Run a module of this package with these arguments; it gets them as its first line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"benchmarks.{module}", stdin=PIPE, stdout=PIPE, cwd=_ROOT, limit=_LONGEST_LINE
    )
    running = Program(process)
    assert process.stdin is not None
    process.stdin.write(json.dumps(arguments).encode() + b"\n")
    try:
        yield running
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()


type Ask = Callable[[], Awaitable[dict[str, Any] | None]]
type Say = Callable[[Any], None]


def serve(work: Callable[..., Awaitable[None]]) -> None:
    """Be such a program: call ``work(ask, say, **arguments)``. ``ask`` returns ``None`` when nobody asks any more."""
    # What Home Assistant logs about the missing parts of a real one is no matter here.
    logging.basicConfig(level=logging.CRITICAL)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_LONGEST_LINE)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

        async def ask() -> dict[str, Any] | None:
            line = await reader.readline()
            question: dict[str, Any] | None = json.loads(line) if line else None
            return question

        await work(ask, lambda answer: print(json.dumps(answer), flush=True), **(await ask() or {}))

    asyncio.run(run())
