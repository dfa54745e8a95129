"""CPU time of an event: from the bytes of its frame until the states of all entities are written.

Beside it, on the same frames: the floor (decode, and write the entities that truly change), a coordinator that notifies
every entity of every event, and what users would write in YAML: sensors of templates, triggered by the same events.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
import gc
from itertools import islice
import time
from typing import Any, NamedTuple

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import orjson

from custom_components.ringcentral.api.errors import UnreachableError
from simulator.account import large_account
from simulator.cloud import Simulator

from .clock import ManualClock
from .floor import add_floor, kinds
from .house import add_ringcentral, home_assistant
from .process import Ask, Say, program, serve
from .result import FLOOR, INTEGRATION, Result, Scale
from .rivals.coordinator import PlainOffice
from .rivals.templates import add_templates
from .stream import TimedFrame, connection, office_day

# Budgets are no subject here: several logins set up at once.
_LIMITS = {"light": 1000, "medium": 1000, "heavy": 1000, "auth": 1000}

# Rivals whose cost grows with the office get fewer events, and none where a round would take minutes.
_FEW = 10
_LARGEST_TEMPLATES = 100
_LARGEST_COORDINATOR = 1000

_ANSWERED_WITHIN = 0.2


class Change(NamedTuple):
    """A state that an event truly changes."""

    extension_id: str
    key: str
    state: str | None
    attributes: Mapping[str, Any]


class Scout:
    """An instance of the integration that tells which states an event changes."""

    def __init__(self, hass: HomeAssistant, coordinator: Any, clock: ManualClock) -> None:
        self._hass = hass
        self._coordinator = coordinator
        self._clock = clock
        self._changes: list[list[Change]] = []
        self._keys: dict[str, tuple[str, str]] = {}
        for entity in er.async_get(hass).entities.values():
            if entity.platform == "ringcentral":
                _, extension_id, *key = entity.unique_id.split("-")
                if key:
                    self._keys[entity.entity_id] = extension_id, key[0]
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._note)

    async def changes(self, frames: Sequence[TimedFrame]) -> list[list[Change]]:
        """Return what each of the frames changes."""

        def taken() -> Iterator[TimedFrame]:
            for frame in frames:
                self._changes.append([])
                yield frame

        await feed(taken(), self._clock, self._coordinator)
        changes, self._changes = self._changes, []
        return changes

    @callback
    def _note(self, event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new is None or event.data["entity_id"] not in self._keys or not self._changes:
            return
        state = None if new.state in {"unknown", "unavailable"} else new.state
        attributes = {name: value for name, value in new.attributes.items() if name not in _OF_HOME_ASSISTANT}
        self._changes[-1].append(Change(*self._keys[event.data["entity_id"]], state, attributes))


_OF_HOME_ASSISTANT = {"options", "friendly_name", "device_class", "icon", "event_types"}


async def feed(frames: Iterable[TimedFrame], clock: ManualClock, coordinator: Any) -> None:
    """Let the integration read frames from its gateway's connection."""
    with suppress(UnreachableError):
        await connection(frames, clock, coordinator).run()


type Competitor = Callable[[Sequence[TimedFrame], Sequence[Sequence[Change]]], Awaitable[int]]


async def measure(scale: Scale) -> list[Result]:
    """Return the CPU time of an event for each competitor, in offices of several sizes."""
    results = []
    for size in scale.event_sizes:
        async with program("event_cost", extensions=size, rounds=scale.repeats, events=scale.events) as office:
            times = await office.answer()
        results += [
            Result(
                measure="CPU of an event",
                case=f"{size:,} extensions",
                size=size,
                competitor=name,
                unit="µs",
                values=tuple(seconds * 1e6 for seconds in values),
            )
            for name, values in times.items()
        ]
    return results


async def work(ask: Ask, say: Say, *, extensions: int, rounds: int, events: int) -> None:
    """Measure one office."""
    say(await measure_office(extensions, rounds, events))
    await ask()


async def measure_office(extensions: int, rounds: int, events: int) -> dict[str, list[float]]:
    """Return for each competitor the CPU seconds of an event, once for each round."""
    async with AsyncExitStack() as stack:
        clocks = [ManualClock() for _ in range(3)]
        account = large_account(clocks[0], extensions)
        simulator = await stack.enter_async_context(Simulator(account, clock=clocks[0], limits=_LIMITS))
        houses = [await stack.enter_async_context(home_assistant(clock)) for clock in clocks[1:]]
        entries = [await add_ringcentral(hass, simulator.url, simulator.credentials) for hass in houses]
        scout = Scout(houses[0], entries[0].runtime_data, clocks[1])
        watched = {one.id: one.name for one in entries[1].runtime_data.extensions.values()}

        bare = await add_floor(await stack.enter_async_context(home_assistant()), watched, kinds(houses[0], entries[0]))

        async def ours(frames: Sequence[TimedFrame], _: Sequence[Sequence[Change]]) -> int:
            await feed(frames, clocks[2], entries[1].runtime_data)
            return len(frames)

        async def least(frames: Sequence[TimedFrame], changes: Sequence[Sequence[Change]]) -> int:
            for frame, changed in zip(frames, changes, strict=True):
                orjson.loads(frame.data)
                for change in changed:
                    entity = bare[change.extension_id, change.key]
                    entity.show(change.state, change.attributes)
                    entity.async_write_ha_state()
            return len(frames)

        competitors: dict[str, Competitor] = {FLOOR: least, INTEGRATION: ours}
        if extensions <= _LARGEST_COORDINATOR:
            plain = PlainOffice(await stack.enter_async_context(home_assistant()))
            await plain.add(watched)
            competitors["coordinator"] = few(plain.feed)
        if extensions <= _LARGEST_TEMPLATES:
            for name, is_filtered in (("templates", False), ("filtered templates", True)):
                hass = await stack.enter_async_context(home_assistant())
                competitors[name] = few(await add_templates(hass, watched, is_filtered=is_filtered))

        day = office_day(simulator, clocks[0])
        times: dict[str, list[float]] = {name: [] for name in competitors}
        for number in range(rounds + 1):
            frames = list(islice(day, events))
            changes = await scout.changes(frames)
            for name, competitor in competitors.items():
                gc.collect()
                # Each competitor pays for its own garbage only.
                gc.freeze()
                began = time.process_time()
                count = await competitor(frames, changes)
                # The first round warms up.
                if number:
                    times[name].append((time.process_time() - began) / count)
            # What was asked of the cloud is answered while its time is everybody's: not in the midst of the next round.
            await asyncio.sleep(_ANSWERED_WITHIN)
        return times


def few(feed_texts: Callable[[Sequence[str]], Awaitable[None]]) -> Competitor:
    """Return a competitor that gets a few of a round's frames only."""

    async def feed_few(frames: Sequence[TimedFrame], _: Sequence[Sequence[Change]]) -> int:
        texts = [frame.data for frame in frames[:_FEW]]
        await feed_texts(texts)
        return len(texts)

    return feed_few


if __name__ == "__main__":
    serve(work)
