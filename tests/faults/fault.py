"""A row of the matrix: what goes wrong, what the user may see of it, and how soon and at what price it heals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Action = Callable[[Any], object]


def apply(*faults: Mapping[str, Any]) -> Action:
    """Return the action that switches the simulator's faults on, in this order."""

    def strike(scene):
        for fault in faults:
            scene.simulator.faults.apply(fault)

    return strike


def clear(scene) -> None:
    """End all faults of the simulator."""
    scene.simulator.faults.clear()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault. All times are simulated seconds.

    It ``lasts`` so long until ``mend`` ends it; 0 is a matter of a moment. Then every entity has to be true again
    ``heals_within`` so long, and from its beginning until then at most so many ``requests`` may have been sent.
    Meanwhile the user sees the connection go off if it ``disconnects``, entities unavailable if it ``blinds``, a repair
    ``issue`` of a kind, a prompt to log in again if it ``prompts``; and nothing else.
    """

    name: str
    strike: Action
    mend: Action = clear
    lasts: float = 0.0
    disconnects: bool = True
    blinds: bool = False
    issue: str | None = None
    prompts: bool = False
    heals_within: float = 30.0
    requests: int = 10
    transport: str = "websocket"
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    # People go on working until it has healed.
    is_busy: bool = False
    # The subscription can't be deleted while it lasts, since nothing gets through.
    cuts_off: bool = False
    # Set up again to heal: what began before cannot be reported to its end.
    reloads: bool = False
    # The server is reached by a name instead of an address.
    by_name: bool = False
    # Real seconds that a request which is never answered takes.
    patience: float | None = None
    start: str = "2026-06-15T09:00:00+00:00"
    time_zone: str = "UTC"
