"""From the cloud's send to the change of a state, over real sockets: the delay at a rate, and the highest rate.

The listeners are programs of their own and take turns at the same cloud, so that none disturbs another.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import AsyncExitStack
from importlib.util import find_spec
from itertools import product
from statistics import quantiles

from custom_components.ringcentral.api.filters import account_presence_filter

from .process import Program, program
from .result import FLOOR, INTEGRATION, Result, Scale

BARE = "bare client"
BARE_HOME = "bare entities"
SDK = "RingCentral's client"
_NAMES = {INTEGRATION: INTEGRATION, BARE: FLOOR, BARE_HOME: BARE_HOME, SDK: SDK}
_PATIENCE = 30.0
_MOST_REPEATS = 3


def listeners() -> list[str]:
    """Return the kinds of listeners; RingCentral's client only where it is installed."""
    return [kind for kind in _NAMES if kind != SDK or find_spec("ringcentral") is not None]


def delays(sent: Sequence[tuple[str, str, float]], heard: Sequence[tuple[str, float]], kind: str) -> list[float]:
    """Return how long each event took that arrived. The integration's states are told by extension, in their order."""
    sent_at: dict[str, deque[float]] = defaultdict(deque)
    for uuid, extension_id, at in sent:
        sent_at[extension_id if kind == INTEGRATION else uuid].append(at)
    return [at - sent_at[name].popleft() for name, at in heard if sent_at[name]]


async def measure(scale: Scale) -> list[Result]:
    """Return delays (median and 99th percentile), losses and rates of each listener."""
    found: dict[tuple[str, float, str, str], list[float]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        cloud = await stack.enter_async_context(program("cloud", users=scale.office))
        about = await cloud.answer()
        programs: list[tuple[int, str, Program]] = []
        for turn, kind in enumerate(listeners()):
            where = {"url": about["url"], "login": about["login"]}
            client = {**where, "event_filter": account_presence_filter()}
            if kind == INTEGRATION:
                listening = program("home_listener", **where)
            elif kind == BARE_HOME:
                listening = program("bare_home_listener", **client, extensions=about["extensions"])
            else:
                listening = program("client_listener", **client, kind=kind)
            listener = await stack.enter_async_context(listening)
            await listener.answer()
            programs.append((turn, kind, listener))
        for _, (turn, kind, listener) in product(range(min(scale.repeats, _MOST_REPEATS)), programs):
            for rate, events in scale.rates:
                sent = await cloud.ask(do="stream", turn=turn, rate=rate, events=events)
                heard = (await listener.ask(expected=len(sent), within=_PATIENCE))["heard"]
                taken = delays(sent, heard, kind)
                cuts = quantiles(taken, n=100, method="inclusive")
                found["delay, half below", rate, kind, "ms"].append(cuts[49] * 1000)
                found["delay, 99 in 100 below", rate, kind, "ms"].append(cuts[98] * 1000)
                found["lost", rate, kind, "events"].append(len(sent) - len(taken))
            began, flooded = await cloud.ask(do="flood", turn=turn, events=scale.flood)
            heard = (await listener.ask(expected=len(flooded), within=_PATIENCE))["heard"]
            found["highest rate", 0, kind, "events/s"].append(len(heard) / (heard[-1][1] - began))
            found["lost", 0, kind, "events"].append(len(flooded) - len(heard))
    return [
        Result(
            measure=measure_,
            case=f"{rate:g} events/s" if rate else "flooded",
            size=rate,
            competitor=_NAMES[kind],
            unit=unit,
            values=tuple(values),
        )
        for (measure_, rate, kind, unit), values in found.items()
    ]
