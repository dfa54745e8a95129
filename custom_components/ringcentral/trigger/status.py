"""Triggers of Do Not Disturb and presence: a change between two known values, never a restart or a reload."""

from typing import Any, ClassVar, cast, override

from homeassistant.const import ATTR_DEVICE_ID, CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..api.models import DndStatus
from ..phone import TARGET_SCHEMA, PhoneTarget
from ..words import DND, PRESENCE
from .status_changes import SIGNAL_STATUS

_DND_ON = DND[DndStatus.DO_NOT_ACCEPT_ANY_CALLS]


class StatusTrigger(Trigger):
    """Fires when a status of a targeted phone changes in the way that the subclass is about."""

    _status: ClassVar[str]
    # What a change leaves or reaches; ``None`` is anything.
    _from: ClassVar[str | None]
    _to: ClassVar[str | None]
    _subject: ClassVar[str]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target; there are no options."""
        return cast(ConfigType, vol.Schema({**TARGET_SCHEMA, vol.Optional(CONF_OPTIONS, default=dict): {}})(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take a validated configuration over."""
        super().__init__(hass, config)
        self._target = PhoneTarget(hass, config.target or {})

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Run the action for changes from now on."""

        @callback
        def handle(change: dict[str, Any]) -> None:
            if (
                change["status"] == self._status
                and self._from in (None, change["from"])
                and self._to in (None, change["to"])
                and change[ATTR_DEVICE_ID] in self._target.device_ids
            ):
                run_action(dict(change), f"{self._subject} {change['extension_name']}")

        removes = [self._target.async_follow(), async_dispatcher_connect(self._hass, SIGNAL_STATUS, handle)]

        @callback
        def detach() -> None:
            for remove in removes:
                remove()

        return detach


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
