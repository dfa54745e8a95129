"""The four yes-or-no settings of an extension's presence; they are shown as binary sensors and set by switches."""

from dataclasses import dataclass

from .presence.vocabulary import ExtensionState


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceSetting:
    """One setting: its entities' key, its name on the wire, and where it is in the state."""

    key: str
    field: str
    input: str

    @property
    def inputs(self) -> frozenset[str]:
        """The fields of the state that it depends on."""
        return frozenset({self.input})

    def value_fn(self, state: ExtensionState) -> bool | None:
        """Return whether it is on, or ``None`` if RingCentral never sent it."""
        value: bool | None = getattr(state, self.input)
        return value


SETTINGS = (
    PresenceSetting(
        key="see_my_presence",
        field="allowSeeMyPresence",
        input="allow_see_my_presence",
    ),
    PresenceSetting(
        key="ring_on_monitored_call",
        field="ringOnMonitoredCall",
        input="ring_on_monitored_call",
    ),
    PresenceSetting(
        key="pick_up_calls_on_hold",
        field="pickUpCallsOnHold",
        input="pick_up_calls_on_hold",
    ),
    PresenceSetting(
        key="accept_queue_calls",
        field="acceptCallQueueCalls",
        input="accept_call_queue_calls",
    ),
)
