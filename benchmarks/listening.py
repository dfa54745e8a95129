"""What all listeners do: note what they hear and when, and tell it when they are asked."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
import time

from .process import Ask, Say

type Note = Callable[[str], None]

_LOOK = 0.02


async def listen(ask: Ask, say: Say, start: Callable[[Note], AbstractAsyncContextManager[None]]) -> None:
    """Listen, and tell on each question what was heard since the last one, once it is as much as expected.

    A question names how many seconds to wait for that: nothing may be lost, but if something is, that is told.
    """
    heard: list[tuple[str, float]] = []
    async with start(lambda name: heard.append((name, time.monotonic()))):
        say({"ready": True})
        while (question := await ask()) is not None:
            end = time.monotonic() + question["within"]
            while len(heard) < question["expected"] and time.monotonic() < end:  # noqa: ASYNC110
                await asyncio.sleep(_LOOK)
            say({"heard": heard})
            heard.clear()
