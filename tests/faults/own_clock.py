"""The machine's clock beside the cloud's: it may be wrong, and it knows which timers the integration has set."""

import itertools


class OwnClock:
    """The cloud's clock as a machine has it whose wall clock is ``offset`` seconds ahead."""

    def __init__(self, cloud) -> None:
        self.offset = 0.0
        self.waiting = {}
        self._cloud = cloud
        self._keys = itertools.count()

    def time(self) -> float:
        return self._cloud.time() + self.offset

    def monotonic(self) -> float:
        return self._cloud.monotonic()

    async def sleep(self, seconds: float) -> None:
        key = next(self._keys)
        self.waiting[key] = f"sleep of {seconds} s"
        try:
            await self._cloud.sleep(seconds)
        finally:
            del self.waiting[key]

    def call_later(self, seconds: float, action):
        key = next(self._keys)

        def fire():
            del self.waiting[key]
            action()

        cancel_timer = self._cloud.call_later(seconds, fire)
        self.waiting[key] = f"{action.__qualname__} in {seconds} s"

        def cancel():
            cancel_timer()
            self.waiting.pop(key, None)

        return cancel
