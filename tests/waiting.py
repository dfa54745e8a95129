"""Waiting for what has to come, and for all that is under way."""

import asyncio

# Real seconds after which something that has to come will never come, on however busy a machine.
_LONGEST = 60.0

# Once there was nothing to do for so many looks in a row, a little apart, nothing is under way: the kernel may need a
# moment to hand over what was sent from one socket of this machine to another.
_QUIET_LOOKS = 4
_MOST_LOOKS = 5000


async def until(condition, seconds: float = _LONGEST) -> None:
    """Return when the condition holds; it has to within so many real seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (any condition will do)
            await asyncio.sleep(0.005)


async def until_quiet() -> None:
    """Return when neither a callback nor a socket of this event loop has anything left to do.

    Cloud and client share the loop, so that nothing is on its way then. What waits for a timer is not waited for.
    """
    loop = asyncio.get_running_loop()
    quiet = 0
    for _ in range(_MOST_LOOKS):
        await asyncio.sleep(0.0005 if quiet else 0)
        quiet = 0 if loop._ready or loop._selector.select(0) else quiet + 1
        if quiet == _QUIET_LOOKS:
            return
