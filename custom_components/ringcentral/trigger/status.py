"""Triggers of Do Not Disturb and presence: a change between two known values, never a restart or a reload."""

from typing import Any, ClassVar, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..api.models import DndStatus
from ..words import DND, PRESENCE
from .base import PhoneTrigger
from .status_changes import SIGNAL_STATUS

_DND_ON = DND[DndStatus.DO_NOT_ACCEPT_ANY_CALLS]


class StatusTrigger(PhoneTrigger):
    """Fires when a status of a targeted phone changes in the way that the subclass is about."""

    _status: ClassVar[str]
    # What a change leaves or reaches; ``None`` is anything.
    _from: ClassVar[str | None]
    _to: ClassVar[str | None]
    _subject: ClassVar[str]

    @callback
    @override
    def _listen(self) -> CALLBACK_TYPE:
        @callback
        def handle(change: dict[str, Any]) -> None:
            if (
                change["status"] == self._status
                and self._from in (None, change["from"])
                and self._to in (None, change["to"])
                and self._is_targeted(change)
            ):
                self._run_action(dict(change), f"{self._subject} {change['extension_name']}")

        return async_dispatcher_connect(self._hass, SIGNAL_STATUS, handle)


def make_status_trigger(
    status: str, subject: str, *, from_value: str | None = None, to_value: str | None = None
) -> type[StatusTrigger]:
    """Return the trigger of a status that leaves one value, or reaches one."""

    class ChangeTrigger(StatusTrigger):
        """Fires for some changes of one status."""

        _status = status
        _from = from_value
        _to = to_value
        _subject = subject

    return ChangeTrigger


STATUS_TRIGGERS: dict[str, type[StatusTrigger]] = {
    "dnd_turned_on": make_status_trigger("dnd", "Do Not Disturb turned on for", to_value=_DND_ON),
    "dnd_turned_off": make_status_trigger("dnd", "Do Not Disturb turned off for", from_value=_DND_ON),
    **{
        f"became_{value}": make_status_trigger("presence", f"the status {value} of", to_value=value)
        for value in PRESENCE.values()
    },
}
