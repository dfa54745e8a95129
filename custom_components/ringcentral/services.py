"""The actions: set presence, read calls, resync, and mark missed calls as seen."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
import logging
from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, Platform
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util.json import JsonValueType
import voluptuous as vol

from .api.account import EXTENSION_TYPES_OF_USERS
from .api.errors import RingCentralError
from .calls.describe import describe_call
from .calls.missed import MissedCalls
from .calls.numbers import write_number
from .const import DOMAIN
from .coordinator import RingCentralConfigEntry
from .errors import as_action_error, as_invalid
from .history.answers import ATTR_HISTORY, HISTORY_OPTIONS, history_of, point_in_time
from .presence.temporary import ValueUnknownError
from .presence.vocabulary import ExtensionState
from .targets import CALLS, MISSED_CALLS, ShownBy, TargetedExtension, async_targeted_extensions
from .text import LONGEST_MESSAGE
from .words import DND, PERSONAL_DND, PRESENCE, word_for

ATTR_STATUS = "status"
ATTR_DO_NOT_DISTURB = "do_not_disturb"
ATTR_MESSAGE = "message"
ATTR_DURATION = "duration"
ATTR_UNTIL = "until"
ATTR_MISSED_CALLS = "missed_calls"

_LOGGER = logging.getLogger(__package__)

# The entities whose permission each thing needs.
_SET_BY = {
    ATTR_STATUS: ShownBy(Platform.SELECT, "set_status"),
    ATTR_DO_NOT_DISTURB: ShownBy(Platform.SELECT, "set_dnd"),
    ATTR_MESSAGE: ShownBy(Platform.TEXT, "set_status_message"),
}
_SEEN = ShownBy(Platform.BUTTON, "mark_missed_calls_seen")

_SHORTEST_DURATION = timedelta(seconds=1)

_SET_PRESENCE = cv.make_entity_service_schema(
    {
        vol.Optional(ATTR_STATUS): vol.In(list(PRESENCE.values())),
        vol.Optional(ATTR_DO_NOT_DISTURB): vol.In(list(DND.values())),
        vol.Optional(ATTR_MESSAGE): vol.All(cv.string, vol.Length(max=LONGEST_MESSAGE)),
        vol.Optional(ATTR_DURATION): vol.All(cv.time_period, vol.Range(min=_SHORTEST_DURATION)),
        vol.Optional(ATTR_UNTIL): point_in_time,
    }
)
_GET_CALLS = cv.make_entity_service_schema(
    {vol.Optional(ATTR_MISSED_CALLS, default=False): cv.boolean, **HISTORY_OPTIONS}
)
_MARK_MISSED_CALLS_SEEN = cv.make_entity_service_schema(None)
_RESYNC = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register all actions."""
    register = hass.services.async_register
    register(DOMAIN, "set_presence", _async_set_presence, schema=_SET_PRESENCE)
    register(DOMAIN, "get_calls", _async_get_calls, schema=_GET_CALLS, supports_response=SupportsResponse.ONLY)
    register(DOMAIN, "mark_missed_calls_seen", _async_mark_missed_calls_seen, schema=_MARK_MISSED_CALLS_SEEN)
    register(DOMAIN, "resync", _async_resync, schema=_RESYNC)


# Setting presence


async def _async_set_presence(call: ServiceCall) -> None:
    """Set presence of all targets; one that fails does not keep the others from being set.

    Of areas, floors and labels, what has no presence to set is left out. An extension that two logins watch is set if
    one of them may set it.
    """
    if not call.data.keys() & {ATTR_STATUS, ATTR_DO_NOT_DISTURB, ATTR_MESSAGE}:
        raise as_invalid("nothing_to_set")
    targets = await async_targeted_extensions(
        call,
        POLICY_CONTROL,
        [shown_by for field, shown_by in _SET_BY.items() if field in call.data],
        is_meant=lambda target: target.is_named or target.extension.type in EXTENSION_TYPES_OF_USERS,
    )
    ends = [_end(call.data, target.coordinator.client.clock.time()) for target in targets]
    failed: dict[str, tuple[str, HomeAssistantError]] = {}
    done: set[str] = set()
    for target, until in zip(targets, ends, strict=True):
        try:
            fields = _fields(target, call.data)
            await target.coordinator.editor.async_set(target.extension.id, fields, until=until)
            done.add(target.extension.id)
        except RingCentralError as error:
            shown = as_action_error(error)
            shown.__cause__ = error
            failed[target.extension.id] = target.name, shown
        except ValueUnknownError:
            failed[target.extension.id] = target.name, as_invalid("present_unknown", name=target.name)
        except ServiceValidationError as error:
            failed[target.extension.id] = target.name, error
    left = [failure for extension_id, failure in failed.items() if extension_id not in done]
    _raise_failures(left, len(done | failed.keys()))


def _raise_failures(failed: Sequence[tuple[str, HomeAssistantError]], total: int) -> None:
    if not failed:
        return
    _, first = failed[0]
    if total == 1:
        raise first
    # A reason in the text would be English in all languages; and names belong into no log.
    reasons = sorted({one.translation_key or type(one).__name__ for _, one in failed})
    _LOGGER.warning("Presence of %d of %d extensions was not set: %s", len(failed), total, ", ".join(reasons))
    raise HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="some_not_changed",
        translation_placeholders={
            "failed": str(len(failed)),
            "total": str(total),
            "names": ", ".join(dict(failed)),
        },
    ) from first


def _fields(target: TargetedExtension, data: Mapping[str, Any]) -> dict[str, str]:
    """Return what to set, named as on the wire; raises ``ServiceValidationError`` for what this extension can't."""
    if target.extension.type not in EXTENSION_TYPES_OF_USERS:
        raise as_invalid("no_settable_presence", name=target.name)
    state = target.coordinator.state(target.extension.id) or ExtensionState()
    fields: dict[str, str] = {}
    if ATTR_STATUS in data:
        # A hidden user's status cannot be changed (reference 2.1).
        if state.allow_see_my_presence is False:
            raise as_invalid("presence_hidden", name=target.name)
        fields["userStatus"] = word_for(PRESENCE, data[ATTR_STATUS])
    if ATTR_DO_NOT_DISTURB in data:
        dnd = data[ATTR_DO_NOT_DISTURB]
        if state.uses_personal_dnd and dnd not in PERSONAL_DND.values():
            raise as_invalid("dnd_not_offered", name=target.name)
        fields[state.dnd_field] = word_for(DND, dnd)
    if ATTR_MESSAGE in data:
        fields["message"] = data[ATTR_MESSAGE]
    return fields


def _end(data: Mapping[str, Any], now: float) -> float | None:
    """Return when the former status is to be restored, in Unix seconds, or ``None``."""
    if ATTR_DURATION in data and ATTR_UNTIL in data:
        raise as_invalid("duration_and_until")
    if ATTR_DURATION in data:
        return now + float(data[ATTR_DURATION].total_seconds())
    if ATTR_UNTIL not in data:
        return None
    until = float(data[ATTR_UNTIL].timestamp())
    if until <= now:
        raise as_invalid("until_in_past")
    return until


# Reading


async def _async_get_calls(call: ServiceCall) -> ServiceResponse:
    """Return the current calls of the targets, and their missed calls and those of the log if requested."""
    has_missed: bool = call.data[ATTR_MISSED_CALLS]
    has_history: bool = call.data[ATTR_HISTORY]
    shown_by = [CALLS]
    if has_missed or has_history:
        shown_by.append(MISSED_CALLS)
    described: list[JsonValueType] = []
    for target in await async_targeted_extensions(call, POLICY_READ, shown_by):
        one = _describe(target, has_missed=has_missed)
        if has_history:
            one["history"] = history_of(target, call.data)
        described.append(one)
    return {"extensions": described}


def _describe(target: TargetedExtension, *, has_missed: bool) -> dict[str, Any]:
    coordinator, extension = target.coordinator, target.extension
    state = coordinator.state(extension.id) or ExtensionState()
    described: dict[str, Any] = {
        "device_id": target.device.id,
        "name": target.name,
        "extension_number": extension.number,
        "available": coordinator.is_available(extension.id),
        "calls": [describe_call(one) for one in state.live_calls],
    }
    if has_missed:
        described["missed_calls"] = _describe_missed(coordinator.missed_calls.of(extension.id))
    return described


def _describe_missed(missed: MissedCalls) -> dict[str, Any]:
    calls: Sequence[dict[str, Any]] = [
        {
            "at": datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds"),
            "caller_name": one.name,
            "caller_number": one.number,
            "number_text": write_number(one.number),
            "withheld": one.withheld,
            "ring_seconds": one.ring_seconds,
            "outcome": one.outcome or "missed",
        }
        for one in missed.calls
    ]
    return {"count": missed.count, "calls": calls}


# The rest


async def _async_mark_missed_calls_seen(call: ServiceCall) -> None:
    """Reset the missed-call counts of the targets."""
    for target in await async_targeted_extensions(call, POLICY_CONTROL, [_SEEN]):
        target.coordinator.missed_calls.mark_seen(target.extension.id)


@service.verify_domain_control(DOMAIN)
async def _async_resync(call: ServiceCall) -> None:
    """Read all extensions of an entry; of the only one if none is given."""
    entry: RingCentralConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    try:
        await entry.runtime_data.reader.read_all()
    except RingCentralError as error:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="resync_failed") from error
