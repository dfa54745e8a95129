"""The four yes-or-no settings of an extension's presence; they are shown as binary sensors and set by switches."""

from collections.abc import Callable
from dataclasses import dataclass

from .presence.state import ExtensionState


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceSetting:
    """One setting: its entities' key, its name on the wire, and where it is in the state."""

    key: str
    field: str
    value_fn: Callable[[ExtensionState], bool | None]


SETTINGS = (
    PresenceSetting(
        key="see_my_presence",
        field="allowSeeMyPresence",
        value_fn=lambda state: state.allow_see_my_presence,
    ),
    PresenceSetting(
        key="ring_on_monitored_call",
        field="ringOnMonitoredCall",
        value_fn=lambda state: state.ring_on_monitored_call,
    ),
    PresenceSetting(
        key="pick_up_calls_on_hold",
        field="pickUpCallsOnHold",
        value_fn=lambda state: state.pick_up_calls_on_hold,
    ),
    PresenceSetting(
        key="accept_queue_calls",
        field="acceptCallQueueCalls",
        value_fn=lambda state: state.accept_call_queue_calls,
    ),
)
