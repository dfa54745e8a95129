"""How long a set-up takes at most, since Home Assistant waits for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ..api.patience import Patience

# How long it bears silence, and how long it takes at most, whatever is answered. In seconds.
SILENCE = 10.0
LONGEST = 60.0


class SetUp:
    """The set-up of one entry: it ends in time, or when Home Assistant stops."""

    def __init__(self, patience: Patience) -> None:
        """Initialize; ``patience`` is how long requests wait for an answer."""
        self._patience = patience
        self._timeout: asyncio.Timeout | None = None

    @asynccontextmanager
    async def limited(self) -> AsyncGenerator[None]:
        """Raise ``UnreachableError`` after too long a silence, ``TimeoutError`` where it takes too long otherwise."""
        try:
            with self._patience.limited(SILENCE):
                async with asyncio.timeout(LONGEST) as self._timeout:
                    yield
        finally:
            self._timeout = None

    def give_up(self) -> None:
        """End it now, if it is under way."""
        if self._timeout is not None:
            self._timeout.reschedule(0.0)
